/** What the rules about convoys, landings and pull requests without an author ask for. */
export type ConvoyDecision =
  | { readonly do: "ask-branch"; readonly bead: string; readonly rig: string }
  | { readonly do: "tell-progress"; readonly bead: string; readonly closed: number; readonly failed: number }
  | { readonly do: "request-landing"; readonly bead: string; readonly rig: string }
  | { readonly do: "note-landed"; readonly bead: string; readonly rig: string }
  | { readonly do: "close-convoy"; readonly bead: string; readonly partial: boolean }
  | { readonly do: "fail-convoy"; readonly bead: string; readonly code: string; readonly message: string }
  | {
      readonly do: "request-fixup";
      readonly bead: string;
      readonly why: "conflict" | "feedback" | "rework";
      readonly head: string;
      readonly feedback: string;
    }
  | { readonly do: "park-request"; readonly bead: string; readonly code: string; readonly message: string };
