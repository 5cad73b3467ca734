import { expect, test } from "vitest";
import { newId } from "./ids.ts";

test("an id is a UUIDv7 of its moment", () => {
  const id = newId(0x0197_0000_1234);
  expect(id).toMatch(/^01970000-1234-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("ids sort by time, of one moment as they were minted, and never repeat", () => {
  const ids = Array.from({ length: 500 }, (_, i) => newId(1_700_000_000_000 + i));
  expect([...ids].sort()).toEqual(ids);
  const together = Array.from({ length: 500 }, () => newId(1));
  expect([...together].sort()).toEqual(together);
  expect(new Set(together).size).toBe(500);
});
