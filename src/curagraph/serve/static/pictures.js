// Topics that occur together, as a graph to move in. The table in the page has the same pairs.
"use strict";

const figure = document.getElementById("graph");
if (figure) {
  fetch(figure.dataset.source)
    .then((response) => response.json())
    .then(draw);
}

function draw(data) {
  figure.hidden = false;
  const sheet = figure.querySelector(".sheet");
  const width = sheet.clientWidth;
  const svg = d3.select(sheet).append("svg").attr("role", "group").attr("aria-label", "Topics and the pairs among them");
  const height = svg.node().clientHeight;
  svg.attr("viewBox", [-width / 2, -height / 2, width, height].join(" "));
  const stage = svg.append("g");
  const most = d3.max(data.topics, (topic) => topic.items);
  const radius = d3.scaleSqrt([0, most], [3, Math.min(20, width / 40)]);
  const weight = d3.scaleSqrt([0, Math.max(9, d3.max(data.pairs, (pair) => pair.items))], [0.5, 6]);
  const near = neighbours(data.pairs);

  const pairs = stage.append("g").selectAll("a").data(data.pairs).join("a")
    .attr("href", (pair) => pair.address).attr("tabindex", -1);
  const lines = pairs.append("line").attr("stroke-width", (pair) => weight(pair.items));
  const topics = stage.append("g").selectAll("a").data(data.topics).join("a")
    .attr("class", "topic").attr("href", (topic) => topic.address)
    .attr("aria-label", (topic) => `${topic.label}, ${topic.source}: ${topic.items} items`);
  topics.append("circle").attr("r", (topic) => radius(topic.items));
  topics.append("text").attr("text-anchor", "middle").attr("y", (topic) => -radius(topic.items) - 4)
    .text((topic) => (topic.label.length > 32 ? `${topic.label.slice(0, 31)}…` : topic.label));
  topics.append("title").text((topic) => `${topic.label} (${topic.source}): ${topic.items} items`);
  topics.on("mouseenter focus", (_, topic) => show(topic)).on("mouseleave blur", () => show(null));

  const room = Math.max(90, Math.sqrt((width * height) / data.topics.length) * 0.8);
  const simulation = d3.forceSimulation(data.topics)
    .force("pairs", d3.forceLink(data.pairs).id((topic) => topic.id).distance(room * 1.1).strength(0.15))
    .force("apart", d3.forceManyBody().strength(-room * 3))
    .force("room", d3.forceCollide((topic) => radius(topic.items) + Math.min(26, room / 3)))
    .force("x", d3.forceX().strength(0.06 * Math.min(1, height / width)))
    .force("y", d3.forceY().strength(0.06 * Math.max(1, width / height)))
    .stop();
  pairs.attr("aria-label", (pair) => `${pair.source.label} and ${pair.target.label}: ${pair.items} items`)
    .append("title").text((pair) => `${pair.source.label} and ${pair.target.label}: ${pair.items} items`);
  simulation.tick(300); // nothing moves until somebody moves it
  place();
  simulation.on("tick", place);

  const zoom = d3.zoom().scaleExtent([0.2, 6])
    .filter((event) => !event.button && (event.type !== "wheel" || event.ctrlKey || event.metaKey))
    .on("zoom", (event) => stage.attr("transform", event.transform));
  svg.call(zoom).on("dblclick.zoom", null);
  topics.call(pulling(simulation));
  const buttons = figure.querySelectorAll("[data-zoom]");
  buttons.forEach((button) => button.addEventListener("click", () => {
    const factor = Number(button.dataset.zoom);
    if (factor) svg.call(zoom.scaleBy, factor);
    else all();
  }));
  all();

  function place() {
    lines.attr("x1", (pair) => pair.source.x).attr("y1", (pair) => pair.source.y)
      .attr("x2", (pair) => pair.target.x).attr("y2", (pair) => pair.target.y);
    topics.attr("transform", (topic) => `translate(${topic.x},${topic.y})`);
  }

  function all() {
    const box = stage.node().getBBox();
    const fitting = Math.min(1.2, 0.94 * Math.min(width / box.width, height / box.height));
    const scale = Math.max(fitting, 0.7); // smaller, nobody could read it; one moves instead
    const middle = [-(box.x + box.width / 2), -(box.y + box.height / 2)];
    svg.call(zoom.transform, d3.zoomIdentity.scale(scale).translate(...middle));
  }

  function show(topic) {
    topics.classed("far", (other) => topic && other !== topic && !near.get(topic.id).has(other.id));
    pairs.classed("far", (pair) => topic && pair.source !== topic && pair.target !== topic);
  }
}

function neighbours(pairs) {
  const found = new Map();
  for (const { source, target } of pairs) {
    for (const [one, other] of [[source, target], [target, source]]) {
      if (!found.has(one)) found.set(one, new Set());
      found.get(one).add(other);
    }
  }
  return found;
}

// A click leads to the items; only a pull of some length moves the topic instead.
function pulling(simulation) {
  return d3.drag().clickDistance(4)
    .on("start", (event) => {
      event.subject.fx = event.subject.x;
      event.subject.fy = event.subject.y;
    })
    .on("drag", (event) => {
      event.subject.fx = event.x;
      event.subject.fy = event.y;
      simulation.alphaTarget(0.2).restart();
    })
    .on("end", (event) => {
      simulation.alphaTarget(0);
      event.subject.fx = event.subject.fy = null;
    });
}
