/** What the rules about the mayor and about models ask for. */
export type MayorDecision =
  | { readonly do: "start-mayor"; readonly agent: string }
  /** The same start once more: nothing was heard of it. */
  | { readonly do: "ask-mayor-again"; readonly agent: string }
  | {
      readonly do: "rest-mayor";
      readonly agent: string;
      readonly reason: string;
      /** It is silent, so its process is given up as well. */
      readonly lost: boolean;
      /** Its start ended by itself, or never ran. */
      readonly setback: boolean;
      /** It was in a turn, which its next start goes on with. */
      readonly cutOff: boolean;
      /** Whoever wanted it to run does not get it: only what is to be said to it starts it again. */
      readonly unwanted: boolean;
    }
  /** `model` null: the installation's. */
  | { readonly do: "change-model"; readonly agent: string; readonly model: string | null };
