/** What the rules about convoys, landings and pull requests without an author ask for. `rigs`: in which of its rigs. */
export type ConvoyDecision =
  | { readonly do: "ask-branch"; readonly bead: string; readonly rigs: readonly string[] }
  | { readonly do: "tell-progress"; readonly bead: string; readonly closed: number; readonly failed: number }
  | { readonly do: "request-landing"; readonly bead: string; readonly rigs: readonly string[] }
  | { readonly do: "note-landed"; readonly bead: string; readonly rigs: readonly string[] }
  | { readonly do: "close-convoy"; readonly bead: string; readonly partial: boolean }
  | { readonly do: "fail-convoy"; readonly bead: string; readonly code: string; readonly message: string }
  /** The landing attempt has come to nothing. */
  | { readonly do: "fail-landing"; readonly bead: string; readonly code: string; readonly message: string }
  | {
      readonly do: "request-fixup";
      readonly bead: string;
      readonly why: "conflict" | "feedback" | "rework";
      /** The refinery that reads the merge request now, and is let go. */
      readonly reader: string | null;
      readonly head: string;
      readonly reason: string;
      readonly feedback: string;
    }
  /** There is nothing to repair any more. */
  | { readonly do: "end-fixup"; readonly bead: string; readonly reason: string }
  /** It waits for a person from now on; `head`: on account of that head only. */
  | {
      readonly do: "park-request";
      readonly bead: string;
      readonly code: string;
      readonly message: string;
      readonly head: string | null;
    };
