// The canonical form (RDFC-1.0) of N-Quads on standard input, by an implementation that is not ours.
const { NQuads, canonize } = require("rdf-canonize");
const chunks = [];
process.stdin.on("data", (chunk) => chunks.push(chunk));
process.stdin.on("end", async () => {
  const quads = NQuads.parse(Buffer.concat(chunks).toString("utf8"));
  process.stdout.write(await canonize(quads, { algorithm: "RDFC-1.0", format: "application/n-quads" }));
});
