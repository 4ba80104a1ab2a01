/** A model server that agents can use. */
export interface ChosenModel {
  /** The base URL of an OpenAI chat-completions service. */
  url: string;
  name: string;
  key?: string;
  /** For people. */
  label: string;
}

/** The environment names a model that cannot be used; the message says what to set. */
class ModelError extends Error {
  override name = "ModelError";
}

/** The base URLs under which providers speak OpenAI chat completions, and the variables in which people keep their keys. */
const providers: Record<string, { url: string; keys: string[] }> = {
  openai: { url: "https://api.openai.com/v1", keys: ["OPENAI_API_KEY"] },
  anthropic: { url: "https://api.anthropic.com/v1", keys: ["ANTHROPIC_API_KEY"] },
  openrouter: { url: "https://openrouter.ai/api/v1", keys: ["OPENROUTER_API_KEY"] },
  groq: { url: "https://api.groq.com/openai/v1", keys: ["GROQ_API_KEY"] },
  mistral: { url: "https://api.mistral.ai/v1", keys: ["MISTRAL_API_KEY"] },
  google: {
    url: "https://generativelanguage.googleapis.com/v1beta/openai",
    keys: ["GEMINI_API_KEY", "GOOGLE_API_KEY", "GOOGLE_GENERATIVE_AI_API_KEY"],
  },
};

/** What to set so that agents can work, in lines. */
export const modelHelp = [
  `GASTOWN_MODEL=<provider>/<model>, provider one of ${Object.keys(providers).join(", ")}, with its key (OPENAI_API_KEY, ...)`,
  "or GASTOWN_MODEL_URL=http://127.0.0.1:11434/v1 GASTOWN_MODEL=<model> for Ollama or any server that speaks OpenAI chat completions",
];

type Environment = Record<string, string | undefined>;

/** The model the environment names; null when it names none. Throws a ModelError when it names one that cannot be used. */
export function chooseModel(env: Environment): ChosenModel | null {
  const name = env["GASTOWN_MODEL"] ?? "";
  const url = env["GASTOWN_MODEL_URL"] ?? "";
  if (url !== "") return atUrl(url, name, env["GASTOWN_MODEL_KEY"]);
  return name === "" ? null : ofProvider(name, env);
}

function atUrl(url: string, name: string, key: string | undefined): ChosenModel {
  if (!URL.canParse(url) || !/^https?:/.test(url)) throw new ModelError(`GASTOWN_MODEL_URL=${url} is not an http URL`);
  if (name === "")
    throw new ModelError("GASTOWN_MODEL_URL is set: set GASTOWN_MODEL to the model's name at that server too");
  return { url: url.replace(/\/+$/, ""), name, label: `${name} at ${new URL(url).host}`, ...(key ? { key } : {}) };
}

function ofProvider(given: string, env: Environment): ChosenModel {
  const [providerName = "", ...rest] = given.split("/");
  const provider = providers[providerName];
  const name = rest.join("/");
  if (provider === undefined || name === "") {
    throw new ModelError(
      [`GASTOWN_MODEL=${given} is not understood. Set`, ...modelHelp.map((line) => `  ${line}`)].join("\n"),
    );
  }
  const key = env["GASTOWN_MODEL_KEY"] || provider.keys.map((variable) => env[variable]).find(Boolean);
  if (!key) throw new ModelError(`GASTOWN_MODEL=${given} needs a key: set ${provider.keys.join(" or ")}`);
  return { url: provider.url, name, key, label: given };
}
