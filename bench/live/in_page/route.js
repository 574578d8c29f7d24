// The local candidate of the pair that the page's living connection has selected; {} while there is none.
async () => {
  for (const connection of watched.connections) {
    if (connection.connectionState !== "connected") continue;
    const found = await connection.getStats();
    for (const one of found.values()) {
      const pair = one.type === "transport" && found.get(one.selectedCandidatePairId);
      if (pair) return { ...found.get(pair.localCandidateId) };
    }
  }
  return {};
}
