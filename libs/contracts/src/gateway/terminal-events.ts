import { z } from "zod";
import { beadId } from "../ids.ts";
import { defineEvent } from "../message.ts";
import { terminalId, terminalMode, terminalProgram } from "../terminal.ts";

const terminal = { agent: beadId, session: terminalId };

export const terminalOpened = defineEvent({
  owner: "gateway",
  entity: "terminal",
  verb: "opened",
  summary: "A person opened a terminal of an agent. The actor is the person.",
  data: z.object({ ...terminal, program: terminalProgram }),
});
export const terminalJoined = defineEvent({
  owner: "gateway",
  entity: "terminal",
  verb: "joined",
  summary:
    "A person came to a terminal that was open, to type or only to watch. Whoever comes back after a lost connection, too.",
  data: z.object({ ...terminal, mode: terminalMode }),
});
export const terminalClosed = defineEvent({
  owner: "gateway",
  entity: "terminal",
  verb: "closed",
  summary:
    "A person had a terminal ended. Told before it is done; a terminal that ends by itself is in its host's log.",
  data: z.object(terminal),
});
