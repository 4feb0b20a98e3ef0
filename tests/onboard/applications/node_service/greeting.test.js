const assert = require("node:assert");
const test = require("node:test");
const { greeting } = require("./greeting");

test("greets by name", () => assert.equal(greeting("Ada"), "Hello, Ada!"));
