// RTP statistics of the living connections of a page.
async () => {
  const found = [];
  for (const connection of watched.connections) {
    if (connection.connectionState === "closed") continue;
    for (const one of (await connection.getStats()).values()) {
      if (one.type === "outbound-rtp" || one.type === "inbound-rtp") found.push({...one});
    }
  }
  return found;
}
