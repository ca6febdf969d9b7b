// Reads {"graphs": {NAME: JSON-LD text}, "pages": {NAME: HTML}} from standard input, and writes
// {"triples": {NAME: N-Quads}, "tests": {NAME: {"passed": [TEST], "failed": [TEST]}}}. Fetches nothing.
const jsonld = require("jsonld");
const { structuredDataTestHtml } = require("structured-data-testing-tool");
const { Google } = require("structured-data-testing-tool/presets");

const documentLoader = async (url) => {
  throw new Error(`${url} is outside the page`);
};

async function triples(text) {
  return jsonld.toRDF(JSON.parse(text), { format: "application/n-quads", safe: true, documentLoader });
}

async function tests(html) {
  // It rejects when a test has failed, with the same results.
  const told = (error) => error.res ?? Promise.reject(error);
  const found = await structuredDataTestHtml(html, { presets: [Google] }).catch(told);
  const names = (list) => list.filter((test) => !test.optional).map((test) => test.test);
  return { passed: names(found.passed), failed: names(found.failed) };
}

async function each(named, work) {
  const found = {};
  for (const [name, text] of Object.entries(named)) found[name] = await work(text);
  return found;
}

async function main() {
  let input = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) input += chunk;
  const { graphs, pages } = JSON.parse(input);
  process.stdout.write(JSON.stringify({ triples: await each(graphs, triples), tests: await each(pages, tests) }));
}

main();
