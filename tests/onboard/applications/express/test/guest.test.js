import assert from "node:assert/strict";
import test from "node:test";

import { problemOf } from "../src/guest.js";

test("a guest with name and address is fine", () => {
  assert.equal(problemOf({ name: "Ann", email: "ann@example.com" }), null);
});

test("a guest without an address is refused", () => {
  assert.equal(problemOf({ name: "Ann" }), "email is no address");
});
