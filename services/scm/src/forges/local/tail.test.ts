import { expect, test } from "vitest";
import { createTail } from "./tail.ts";

test("a short text stays as it is", () => {
  const tail = createTail({ lines: 3, characters: 100 });
  for (const piece of ["a", "\nb\n", "c"]) tail.add(piece);
  expect(tail.text()).toBe("a\nb\nc");
});

test("of a long text the last lines are kept, and that is said", () => {
  const tail = createTail({ lines: 2, characters: 100 });
  for (const piece of ["1\n2\n", "3\n", "4\n"]) tail.add(piece);
  expect(tail.text()).toBe("[...]\n3\n4\n");
});

test("a line without end is cut, too", () => {
  const tail = createTail({ lines: 2, characters: 4 });
  tail.add("123456");
  expect(tail.text()).toBe("[...]\n3456");
});
