// Refuses what Chromium 90 cannot run: syntax newer than ES2021 (class fields and static fields
// excepted, it has them) and names that came later. Reads a list of files as JSON from its input;
// prints one JSON line for each finding.

import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";

const require = createRequire(resolve(process.argv[2], "package.json"));
const acorn = require("acorn");
const walk = require("acorn-walk");

const METHODS = {
  at: 92, findLast: 97, findLastIndex: 97, toSorted: 110, toReversed: 110, toSpliced: 110,
  hasOwn: 93, groupBy: 117, withResolvers: 119, throwIfAborted: 100, fromAsync: 121,
  isWellFormed: 111, toWellFormed: 111, showPopover: 114, hidePopover: 114, togglePopover: 114,
  checkVisibility: 105, getHTML: 125, isSubsetOf: 122, transferToFixedLength: 114,
};
const GLOBALS = {
  structuredClone: 98, reportError: 95, scheduler: 94, Iterator: 122, AsyncContext: 999,
  CloseWatcher: 126, navigation: 102, SuppressedError: 999, URLPattern: 95, Highlight: 105,
};
const STATIC_METHODS = { "AbortSignal.timeout": 103, "AbortSignal.any": 116, "URL.canParse": 120, "Object.groupBy": 117 };

const say = (file, line, what) => console.log(JSON.stringify({ file, line, what }));

// A name is fine when it is only used behind a question whether it is there, or when we polyfill it.
function guarded(name, source) {
  return new RegExp(`typeof\\s+${name}|["'\`]${name}["'\`]\\s*in\\s|globalThis\\.${name}\\s*(&&|\\?)`).test(source);
}

function names(file, source, tree, polyfilled) {
  const line = (node) => acorn.getLineInfo(source, node.start).line;
  const newer = (name, table) => Object.hasOwn(table, name) && !polyfilled.has(name);
  walk.full(tree, (node) => {
    if (node.type === "CallExpression" && node.callee.type === "MemberExpression" && !node.callee.computed) {
      const name = node.callee.property.name;
      const whole = `${node.callee.object.name}.${name}`;
      if (newer(name, METHODS) && !guarded(name, source)) say(file, line(node), `.${name}() came with Chromium ${METHODS[name]}`);
      if (Object.hasOwn(STATIC_METHODS, whole)) say(file, line(node), `${whole}() came with Chromium ${STATIC_METHODS[whole]}`);
    }
    if (node.type === "CallExpression" && node.callee.type === "Identifier" && newer(node.callee.name, GLOBALS)
      && !guarded(node.callee.name, source)) {
      say(file, line(node), `${node.callee.name}() came with Chromium ${GLOBALS[node.callee.name]}`);
    }
    if (node.type === "NewExpression" && node.callee.type === "Identifier" && newer(node.callee.name, GLOBALS)
      && !guarded(node.callee.name, source)) {
      say(file, line(node), `${node.callee.name} came with Chromium ${GLOBALS[node.callee.name]}`);
    }
  });
}

function syntax(file, source, tree) {
  walk.full(tree, (node) => {
    const at = () => acorn.getLineInfo(source, node.start).line;
    if (node.type === "StaticBlock") say(file, at(), "static blocks came with Chromium 94");
    if (node.type === "BinaryExpression" && node.operator === "in" && node.left.type === "PrivateIdentifier") {
      say(file, at(), "#name in object came with Chromium 91");
    }
    if (node.type === "Literal" && node.regex && /[dv]/.test(node.regex.flags)) {
      say(file, at(), `regular expression flag ${node.regex.flags} came later`);
    }
    if ((node.type === "ImportDeclaration" || node.type === "ExportNamedDeclaration") && node.attributes && node.attributes.length) {
      say(file, at(), "import attributes came with Chromium 123");
    }
  });
}

// Top-level await came with 89, class fields with 72, private methods with 84: ES2022 parses them all.
function read(file, polyfilled) {
  const source = readFileSync(file, "utf8");
  const common = { ecmaVersion: 2022, allowHashBang: true };
  let tree;
  try {
    tree = acorn.parse(source, { ...common, sourceType: "module" });
  } catch {
    try {
      tree = acorn.parse(source, { ...common, sourceType: "script" });
    } catch (error) {
      say(file, error.loc ? error.loc.line : 1, `does not parse: ${error.message}`);
      return;
    }
  }
  syntax(file, source, tree);
  names(file, source, tree, polyfilled);
}

const asked = JSON.parse(readFileSync(0, "utf8"));
for (const { file, polyfilled } of asked) read(file, new Set(polyfilled));
