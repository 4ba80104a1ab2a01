import type { TerminalHandlers } from "@gastown/bus";
import type { TerminalEnd } from "@gastown/contracts";
import type { Logger } from "@gastown/telemetry";
import { TerminalError } from "./agent-terminals.ts";
import type { Terminals } from "./terminals.ts";

const gone: TerminalEnd = { code: "closed", message: "there is no such terminal any more" };

/** What the host does for each request about a terminal, and with what is typed. */
export function terminalHandlers(terminals: Terminals, logger: Logger): TerminalHandlers {
  return {
    requests: {
      async attach(address, wanted) {
        try {
          return await terminals.attach(address, wanted);
        } catch (error) {
          if (!(error instanceof TerminalError)) throw error;
          logger.info({ agent: address.agent, code: error.code, error }, "a terminal was not given");
          return { is: "refused", code: error.code, message: error.message };
        }
      },
      keep: (address, { viewer }) => Promise.resolve({ known: terminals.known(address)?.keep(viewer) ?? false }),
      read: (address, { after }) =>
        Promise.resolve(terminals.known(address)?.read(after) ?? { frames: [], gap: null, last: after, end: gone }),
      resize: async (address, { viewer, size }) => ({
        known: (await terminals.known(address)?.resize(viewer, size)) ?? false,
      }),
      detach: (address, { viewer }) => Promise.resolve({ known: terminals.known(address)?.detach(viewer) ?? false }),
      list: ({ agent }) => Promise.resolve({ terminals: terminals.list(agent) }),
      async end(address, { actor }) {
        const terminal = terminals.known(address);
        if (terminal === null || terminal.end !== null) return { known: false };
        await terminal.close({ code: "closed", message: `${actor} closed it` });
        return { known: true };
      },
      close: async (address, { viewer }) => ({ known: (await terminals.known(address)?.closeFor(viewer)) ?? false }),
    },
    input: (address, { viewer, data }) => terminals.known(address)?.type(viewer, data),
  };
}
