// The least that the page's clock of moments was away from its wall clock, in ms, within 5 ms.
() => {
  let least = Infinity;
  for (const end = performance.now() + 5; performance.now() < end; ) {
    const away = performance.timeOrigin + performance.now() - Date.now();
    if (Math.abs(away) < Math.abs(least)) least = away;
  }
  return least;
}
