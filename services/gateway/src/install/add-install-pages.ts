import type { App } from "../add-operation.ts";
import type { GatewayContext } from "../context.ts";
import { addPage, signedIn, type BrowserContext, type PageRequest } from "./browser.ts";
import { createBrowserSessions } from "./browser-sessions.ts";
import { comeBack } from "./come-back.ts";
import { askToConfirm, confirmLink, confirmPath } from "./confirm-link.ts";
import { showInstallations } from "./installations-page.ts";
import { defaultPath } from "./landing.ts";
import { showStep, takeStep } from "./onboarding/show-step.ts";
import { showSignIn, signIn, signOut } from "./sign-in.ts";
import { createSigner } from "./signer.ts";
import { signingKeysOf } from "./signing-keys.ts";
import { startVisit } from "./start-visit.ts";

type Handle = (request: PageRequest) => Promise<Response>;

const pages: readonly { method: "get" | "post"; path: string; handle: Handle }[] = [
  { method: "get", path: "/login", handle: showSignIn },
  { method: "post", path: "/login", handle: signIn },
  { method: "post", path: "/logout", handle: signOut },
  { method: "get", path: "/onboarding", handle: signedIn(showStep) },
  { method: "post", path: "/onboarding/town", handle: signedIn(takeStep("town")) },
  { method: "post", path: "/onboarding/rig", handle: signedIn(takeStep("repo")) },
  { method: "post", path: "/onboarding/bead", handle: signedIn(takeStep("bead")) },
  { method: "get", path: defaultPath, handle: signedIn(showInstallations) },
  { method: "get", path: "/integrations/github/install", handle: signedIn(startVisit) },
  { method: "get", path: "/integrations/github/callback", handle: comeBack },
  { method: "get", path: confirmPath, handle: signedIn(askToConfirm) },
  { method: "post", path: confirmPath, handle: signedIn(confirmLink) },
];

/** Methods and paths of all pages, for who answers what has no route. */
export const pageRoutes: readonly { method: string; path: string }[] = pages;

/** Pages for people: signing in, setting up a town, and the way to GitHub and back. They work without script. */
export function addInstallPages(app: App, gateway: GatewayContext): void {
  const keys = signingKeysOf(gateway.config);
  const sessions = createBrowserSessions(gateway, createSigner(keys, "session"));
  const browser: BrowserContext = { gateway, sessions, states: createSigner(keys, "github install state") };
  for (const { method, path, handle } of pages) addPage(app, { method, path }, { browser, handle });
}
