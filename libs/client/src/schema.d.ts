// Made by src/generate.ts from services/gateway/openapi.json. Run `npm run generate -w @gastown/client`; do not edit.

export interface paths {
  "/v1/towns": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Town"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path?: never; cookie?: never; };
      requestBody: { content: { "application/json": { name: string; policy?: { heartbeatLostMs?: number; dispatchCooldownMs?: (number)[]; maxDispatchAttempts?: number; maxPolecatsPerRig?: number; codeReview?: boolean; autoMerge?: boolean; maxReworkRounds?: number; maxPolecatsPerTown?: number; setbackAlarm?: number; autoMergeDelayMs?: number; autoResolveConflicts?: boolean; autoResolveFeedback?: boolean; convoyMergeMode?: "review-then-land" | "review-and-merge"; stagedConvoys?: boolean; landPartially?: boolean; maxLandingAttempts?: number; landingCooldownMs?: number; landingCooldownMaxMs?: number; stuckWarnMs?: number; stuckEscalateMs?: number; stuckStopMs?: number; nudgeAgainMs?: number; stalledRestMs?: number; agentKeepMs?: number; nudgeTtlMs?: number; reEscalateMs?: number; maxReEscalations?: number; maxOpenTriage?: number; triageByAgent?: boolean; triageRetryMs?: number; maxTriageRounds?: number; breakerFailures?: number; breakerRigFailures?: number; breakerWindowMs?: number; budgetBeadDispatches?: number | null; budgetBeadAgentMs?: number | null; budgetBeadTokens?: number | null; budgetBeadMicroUsd?: number | null; budgetConvoyDispatches?: number | null; budgetConvoyAgentMs?: number | null; budgetConvoyTokens?: number | null; budgetConvoyMicroUsd?: number | null; budgetTownDispatches?: number | null; budgetTownAgentMs?: number | null; budgetTownTokens?: number | null; budgetTownMicroUsd?: number | null; budgetPeriodMs?: number; askAgainMs?: number; pullSilenceMs?: number; }; model?: string | null; town: string; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["TownDetail"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["TownDetail"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { town: string; }; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    options?: never;
    head?: never;
    patch: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { name?: string; policy?: components["schemas"]["PolicyOverride"]; model?: string | null; models?: { mayor?: string | null; refinery?: string | null; polecat?: string | null; }; instructions?: { mayor?: string; refinery?: string; polecat?: string; }; /** Variables of agents, in clear; null removes one. They are sealed at once, and shown as hints only */ env?: { [name: string]: string | null; }; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["TownDetail"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    trace?: never;
  };
  "/v1/towns/{town}/rigs": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Rig"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { rig: string; prefix: string; source: string; forge?: "local" | "github" | "gitlab"; defaultBranch?: string | null; check?: string | null; requiredApprovals?: number; merge?: { method?: "merge" | "squash" | "rebase"; requireApproval?: boolean; allowUnstable?: boolean; resolveAllThreads?: boolean; waitOptional?: boolean; expectChecks?: boolean; settleMs?: number; delegate?: "none" | "native"; }; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Rig"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; rig: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Rig"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: { force?: boolean; }; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { rig: string; /** How many beads went with it */ deleted: number; }; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    options?: never;
    head?: never;
    patch: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { policy?: { codeReview?: boolean; autoMerge?: boolean; autoMergeDelayMs?: number; autoResolveConflicts?: boolean; autoResolveFeedback?: boolean; maxPolecatsPerRig?: number; maxDispatchAttempts?: number; maxReworkRounds?: number; breakerRigFailures?: number; convoyMergeMode?: "review-then-land" | "review-and-merge"; } | null; model?: string | null; models?: { mayor?: string | null; refinery?: string | null; polecat?: string | null; }; instructions?: { mayor?: string; refinery?: string; polecat?: string; }; /** Variables of agents, in clear; null removes one. They are sealed at once, and shown as hints only */ env?: { [name: string]: string | null; }; check?: string | null; requiredApprovals?: number; merge?: { method?: "merge" | "squash" | "rebase"; requireApproval?: boolean; allowUnstable?: boolean; resolveAllThreads?: boolean; waitOptional?: boolean; expectChecks?: boolean; settleMs?: number; delegate?: "none" | "native"; } | null; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Rig"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    trace?: never;
  };
  "/v1/towns/{town}/beads": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; rig?: string; status?: ("open" | "in_progress" | "in_review" | "closed" | "failed")[]; type?: ("issue" | "message" | "escalation" | "merge_request" | "convoy" | "molecule" | "agent")[]; label?: string; kind?: ("task" | "fixup" | "step" | "triage-request" | "triage-batch")[]; convoy?: string; parent?: string; ready?: boolean; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Bead"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { rig: string; title: string; body?: string; priority?: "low" | "medium" | "high" | "critical"; labels?: (string)[]; dependsOn?: (string)[]; held?: boolean; parent?: string; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/beads/{bead}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; bead: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; bead: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { /** Every bead that is gone, children too */ deleted: (string)[]; /** Ids that do not exist */ missing: (string)[]; /** There are more of these statuses: send it again */ more: boolean; }; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    options?: never;
    head?: never;
    patch: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; bead: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { title?: string; body?: string; priority?: "low" | "medium" | "high" | "critical"; labels?: (string)[]; dependsOn?: (string)[]; held?: boolean; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    trace?: never;
  };
  "/v1/towns/{town}/beads/{bead}/history": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path: { town: string; bead: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["HistoryEntry"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/beads/{bead}/explain": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; bead: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Explanation"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/beads/{bead}/close": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; bead: string; }; cookie?: never; };
      requestBody?: { content: { "application/json": { reason?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/beads/{bead}/sling": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; bead: string; }; cookie?: never; };
      requestBody?: { content: { "application/json": { agent?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/sling": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { rig: string; title: string; body?: string; priority?: "low" | "medium" | "high" | "critical"; labels?: (string)[]; dependsOn?: (string)[]; parent?: string; agent?: string; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/convoys": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; status?: ("staged" | "active" | "landing" | "landed" | "closed" | "failed")[]; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Convoy"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { title: string; mergeMode?: "review-then-land" | "review-and-merge"; staged?: boolean; tasks: ({ rig: string; title: string; body?: string; priority?: "low" | "medium" | "high" | "critical"; labels?: (string)[]; dependsOn?: (number)[]; })[]; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Convoy"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/convoys/{convoy}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; convoy: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Convoy"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/convoys/{convoy}/start": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; convoy: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Convoy"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/convoys/{convoy}/close": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; convoy: string; }; cookie?: never; };
      requestBody?: { content: { "application/json": { reason?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Convoy"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/convoys/{convoy}/beads": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; convoy: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { beads: (string)[]; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Convoy"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/convoys/{convoy}/beads/{bead}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; convoy: string; bead: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Convoy"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/beads/{bead}/molecule": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; bead: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { /** The formula file, TOML */ formula: string; /** Values of its variables */ vars?: { [name: string]: string; }; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Molecule"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/molecules/{molecule}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; molecule: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Molecule"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/molecules/{molecule}/advance": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; molecule: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { step: string; outcome?: "done" | "failed"; notes?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Molecule"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/beads/{bead}/acknowledge": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; bead: string; }; cookie?: never; };
      requestBody?: { content: { "application/json": { note?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/beads/{bead}/resolve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; bead: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { action: "RESTART" | "RESTART_WITH_BACKOFF" | "CLOSE_BEAD" | "ESCALATE" | "NUDGE" | "REASSIGN_BEAD" | "PROVIDE_GUIDANCE"; notes?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/agents": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; rig?: string; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Agent"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/agents/{agent}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; agent: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Agent"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/agents/{agent}/output": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { last?: number; }; header?: never; path: { town: string; agent: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["OutputLine"])[]; next: null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/containers": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Container"])[]; next: null; places: components["schemas"]["Places"]; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/queue": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Queue"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/terminals": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Terminal"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/agents/{agent}/terminals": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path: { town: string; agent: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Terminal"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/agents/{agent}/terminals/{session}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: never; header?: never; path: { town: string; agent: string; session: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Terminal"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/agents/{agent}/terminal/tickets": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { town: string; agent: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { /** `write` types and sees, and needs scope **write**; `watch` sees */ mode: "write" | "watch"; /** What a new terminal runs: a shell where the agent works, or the agent's own interface in its session */ program?: "shell" | "agent"; /** A terminal that is open. Null: who writes gets a new one, who watches the newest there is */ session?: string | null; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["TerminalTicket"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/mayor": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Mayor"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["EnsuredMayor"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/mayor/messages": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { message: string; context?: string | null; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { agent: string; nudge: string; status: "active" | "idle" | "starting"; }; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/nudges": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; agent?: string; state?: ("pending" | "delivered" | "expired" | "failed")[]; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Nudge"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { agent: string; message: string; mode?: "immediate" | "wait-idle" | "queue"; priority?: "normal" | "urgent"; ttlMs?: number; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Nudge"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/pulls": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; rig?: string; state?: ("merged" | "closed" | "stale_read" | "queued" | "conflicts" | "draft" | "changes_requested" | "checks_failing" | "unresolved_threads" | "checks_pending" | "behind" | "awaiting_approval" | "unknown" | "blocked" | "ready")[]; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Pull"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody: { content: { "application/json": { title?: string; body?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/review": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody: { content: { "application/json": { verdict: "approve" | "request_changes" | "comment"; body?: string; expectedHead?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/close": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody?: { content: { "application/json": { reason?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/draft": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody: { content: { "application/json": { draft: boolean; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/reviewers": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody: { content: { "application/json": { reviewers: (string)[]; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/threads": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Thread"])[]; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/threads/{thread}/reply": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; thread: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { body: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/threads/{thread}/resolve": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; thread: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { head: string; base?: string; title: string; body?: string; draft?: boolean; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/adopt": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/pulls/adopt": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { /** The pull request's page on its forge */ url: string; rig?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Bead"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/rigs/{rig}/pulls/{number}/merge": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; rig: string; number: number; }; cookie?: never; };
      requestBody?: { content: { "application/json": { expectedHead?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Pull"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/estop": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody?: { content: { "application/json": { reason?: string; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["TownDetail"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/thaw": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["TownDetail"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/reconcile": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: { dryRun?: boolean; }; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Look"]; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/beads/delete": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: { "idempotency-key"?: string; prefer?: string; }; path: { town: string; }; cookie?: never; };
      requestBody: { content: { "application/json": { /** These */ beads?: (string)[]; /** Or all of these statuses, at most 500 at once */ status?: ("open" | "in_progress" | "in_review" | "closed" | "failed")[]; /** With `status`: only this rig's */ rig?: string; /** With `status`: only these types */ type?: ("issue" | "message" | "escalation" | "merge_request" | "convoy" | "molecule")[]; }; }; };
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { /** Every bead that is gone, children too */ deleted: (string)[]; /** Ids that do not exist */ missing: (string)[]; /** There are more of these statuses: send it again */ more: boolean; }; }; }; };
        202: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        409: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        504: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/replay": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; at?: string; entry?: number; seq?: number; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Replay"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/log": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["LogEntry"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/events": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { from?: number; limit?: number; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["LoggedEvent"])[]; next: string | null; oldest: number; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/events": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { from?: number; limit?: number; }; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["LoggedEvent"])[]; next: string | null; oldest: number; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/commands/{owner}/{town}/{command}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { town: string; owner: "town" | "dispatcher" | "scm"; command: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Command"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/installations": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Installation"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/installations/{installation}/repositories": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path: { installation: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["InstallationRepository"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/hooks": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: number; provider?: "github" | "gitlab"; event?: string; }; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["HookDelivery"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/hooks/{provider}/{delivery}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { provider: "github" | "gitlab"; delivery: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["HookDetail"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/hooks/{provider}/{delivery}/replay": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { provider: "github" | "gitlab"; delivery: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["HookReplay"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/dead-letters": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: number; town?: string; }; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["DeadLetter"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/dead-letters/{seq}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path: { seq: number; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["DeadLetter"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: never; header?: never; path: { seq: number; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["DeadLetter"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/dead-letters/{seq}/retry": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path: { seq: number; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["DeadLetter"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tokens": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { limit?: number; after?: string; }; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: { items: (components["schemas"]["Token"])[]; next: string | null; }; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never; };
      requestBody: { content: { "application/json": { name: string; scope: "read" | "write" | "admin"; town?: string | null; }; }; };
      responses: {
        201: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["NewToken"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        413: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        415: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/tokens/{token}": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get?: never;
    put?: never;
    post?: never;
    delete: {
      parameters: { query?: never; header?: never; path: { token: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Token"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/runtime": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Runtime"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/health": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content: { "application/json": { seq: number | null; data: components["schemas"]["Health"]; }; }; };
        400: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        401: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        403: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        404: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
        503: { headers: { [name: string]: unknown }; content: { "application/problem+json": components["schemas"]["Problem"]; }; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/stream": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { from?: number; stream?: string; agent?: (string)[]; }; header?: never; path: { town: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        101: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["StreamFrame"]; }; };
        426: { headers: { [name: string]: unknown }; content?: never; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/towns/{town}/agents/{agent}/terminal": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: { after?: number; cols?: number; rows?: number; }; header?: never; path: { town: string; agent: string; }; cookie?: never; };
      requestBody?: never;
      responses: {
        101: { headers: { [name: string]: unknown }; content: { "application/json": components["schemas"]["TerminalFrame"]; }; };
        426: { headers: { [name: string]: unknown }; content?: never; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/healthz": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content?: never; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: { query?: never; header?: never; path?: never; cookie?: never };
    get: {
      parameters: { query?: never; header?: never; path?: never; cookie?: never; };
      requestBody?: never;
      responses: {
        200: { headers: { [name: string]: unknown }; content?: never; };
      };
    };
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}

export interface components {
  schemas: {
    /** A coding agent of a town. Agents are beads. */
    Agent: { agent: string; name: string; identity: string; role: "polecat" | "refinery" | "mayor"; rig: string | null; status: "idle" | "working" | "waiting" | "stalled" | "dead"; hook: string | null; generation: number; aliveAt: string | null; activeAt: string | null; statusMessage: string | null; stalledAt: string | null; model: { wished: string | null; inEffect: string | null; failure: string | null; } | null; createdAt: string; };
    /** The agent of a town that people speak with. */
    Mayor: { agent: components["schemas"]["Agent"]; status: "active" | "idle" | "starting"; lastActivityAt: string; pending: number; unreadMail: number; /** Its newest start, as its container says now: whether its agent server is up and has a session. Null when nothing is known of one, or the dispatcher does not answer. */ session: { generation: number; alive: boolean; session: boolean; busy: boolean; container: string | null; } | null; };
    /** What was decided when the mayor was wanted, and the mayor as it is then; `mayor.status` is what the decision came to. */
    EnsuredMayor: { decisions: ("short_circuit_warm" | "short_circuit_idle" | "sdk_dead_redispatch" | "fresh_dispatch")[]; mayor: components["schemas"]["Mayor"]; };
    /** A container of a town with its agents, as last observed. */
    Container: { container: string; state: "starting" | "running" | "stopping" | "stopped"; seenAt: string | null; agents: ({ agent: string; generation: number; state: string; since: string; inputTokens: number; outputTokens: number; waits: { since: string; for: "container_place" | "container" | "agent_place" | "refused" | "turn" | "dispatch"; refusal: string | null; } | null; })[]; };
    /** The caps, how far the installation's places for containers are taken, and how many towns wait for one; `ahead` of them waited longer than this one. Null: it does not wait. */
    Places: { maxContainers: number; maxAgents: number; taken: number; waiting: number; ahead: number | null; };
    /** The installation's places for containers: which towns have one, and which wait for one with which starts, the longest waiting first. At most 200 of each. */
    Queue: { maxContainers: number; maxAgents: number; taken: number; waiting: number; containers: ({ town: string; container: string; state: "starting" | "running" | "stopping"; agents: number; starts: number; })[]; towns: ({ town: string; since: string; starts: (string)[]; })[]; };
    /** One line of an agent's output. */
    OutputLine: { at: string; agent: string; generation: number; kind: "text" | "tool" | "status" | "error"; text: string; };
    /** Every number the town's rules use, as it holds now. */
    Policy: { heartbeatLostMs: number; dispatchCooldownMs: (number)[]; maxDispatchAttempts: number; maxPolecatsPerRig: number; codeReview: boolean; autoMerge: boolean; maxReworkRounds: number; maxPolecatsPerTown: number; setbackAlarm: number; autoMergeDelayMs: number; autoResolveConflicts: boolean; autoResolveFeedback: boolean; convoyMergeMode: "review-then-land" | "review-and-merge"; stagedConvoys: boolean; landPartially: boolean; maxLandingAttempts: number; landingCooldownMs: number; landingCooldownMaxMs: number; stuckWarnMs: number; stuckEscalateMs: number; stuckStopMs: number; nudgeAgainMs: number; stalledRestMs: number; agentKeepMs: number; nudgeTtlMs: number; reEscalateMs: number; maxReEscalations: number; maxOpenTriage: number; triageByAgent: boolean; triageRetryMs: number; maxTriageRounds: number; breakerFailures: number; breakerRigFailures: number; breakerWindowMs: number; budgetBeadDispatches: number | null; budgetBeadAgentMs: number | null; budgetBeadTokens: number | null; budgetBeadMicroUsd: number | null; budgetConvoyDispatches: number | null; budgetConvoyAgentMs: number | null; budgetConvoyTokens: number | null; budgetConvoyMicroUsd: number | null; budgetTownDispatches: number | null; budgetTownAgentMs: number | null; budgetTownTokens: number | null; budgetTownMicroUsd: number | null; budgetPeriodMs: number; askAgainMs: number; pullSilenceMs: number; };
    /** Numbers of the policy that this town sets itself. */
    PolicyOverride: { heartbeatLostMs?: number; dispatchCooldownMs?: (number)[]; maxDispatchAttempts?: number; maxPolecatsPerRig?: number; codeReview?: boolean; autoMerge?: boolean; maxReworkRounds?: number; maxPolecatsPerTown?: number; setbackAlarm?: number; autoMergeDelayMs?: number; autoResolveConflicts?: boolean; autoResolveFeedback?: boolean; convoyMergeMode?: "review-then-land" | "review-and-merge"; stagedConvoys?: boolean; landPartially?: boolean; maxLandingAttempts?: number; landingCooldownMs?: number; landingCooldownMaxMs?: number; stuckWarnMs?: number; stuckEscalateMs?: number; stuckStopMs?: number; nudgeAgainMs?: number; stalledRestMs?: number; agentKeepMs?: number; nudgeTtlMs?: number; reEscalateMs?: number; maxReEscalations?: number; maxOpenTriage?: number; triageByAgent?: boolean; triageRetryMs?: number; maxTriageRounds?: number; breakerFailures?: number; breakerRigFailures?: number; breakerWindowMs?: number; budgetBeadDispatches?: number | null; budgetBeadAgentMs?: number | null; budgetBeadTokens?: number | null; budgetBeadMicroUsd?: number | null; budgetConvoyDispatches?: number | null; budgetConvoyAgentMs?: number | null; budgetConvoyTokens?: number | null; budgetConvoyMicroUsd?: number | null; budgetTownDispatches?: number | null; budgetTownAgentMs?: number | null; budgetTownTokens?: number | null; budgetTownMicroUsd?: number | null; budgetPeriodMs?: number; askAgainMs?: number; pullSilenceMs?: number; };
    /** Numbers of the policy that this rig sets itself; they go before its town's. */
    RigPolicyOverride: { codeReview?: boolean; autoMerge?: boolean; autoMergeDelayMs?: number; autoResolveConflicts?: boolean; autoResolveFeedback?: boolean; maxPolecatsPerRig?: number; maxDispatchAttempts?: number; maxReworkRounds?: number; breakerRigFailures?: number; convoyMergeMode?: "review-then-land" | "review-and-merge"; };
    /** A town. */
    Town: { town: string; name: string; policy: components["schemas"]["Policy"]; policyOverride: components["schemas"]["PolicyOverride"]; model: string | null; models: { mayor?: string | null; refinery?: string | null; polecat?: string | null; }; instructions: { mayor?: string; refinery?: string; polecat?: string; }; env: { [name: string]: string; }; stopped: { at: string; by: string; reason: string; } | null; breaker: { town: boolean; rigs: (string)[]; }; spent: { dispatches: number; agentMs: number; tokens: number; microUsd: number; since: string; }; createdAt: string; };
    /** A town with counts of its beads by status and its agents by status. */
    TownDetail: (components["schemas"]["Town"]) & ({ beads: { [name: string]: number; }; agents: { [name: string]: number; }; });
    /** A repository of a town. */
    Rig: { rig: string; prefix: string; source: string; defaultBranch: string | null; check: string | null; requiredApprovals: number; forge: "local" | "github" | "gitlab"; merge: { method?: "merge" | "squash" | "rebase"; requireApproval?: boolean; allowUnstable?: boolean; resolveAllThreads?: boolean; waitOptional?: boolean; expectChecks?: boolean; settleMs?: number; delegate?: "none" | "native"; }; policyOverride: components["schemas"]["RigPolicyOverride"]; model: string | null; models: { mayor?: string | null; refinery?: string | null; polecat?: string | null; }; instructions: { mayor?: string; refinery?: string; polecat?: string; }; env: { [name: string]: string; }; state: "registering" | "ready" | "failed"; stateReason: string | null; cloneUrl: string | null; createdAt: string; };
    /** A work item. */
    Bead: { bead: string; type: "issue" | "message" | "escalation" | "merge_request" | "convoy" | "molecule" | "agent"; status: "open" | "in_progress" | "in_review" | "closed" | "failed"; title: string; body: string; rig: string | null; parent: string | null; assignee: string | null; priority: "low" | "medium" | "high" | "critical"; labels: (string)[]; held: boolean; dependsOn: (string)[]; blockedBy: (string)[]; kind: "task" | "fixup" | "step" | "triage-request" | "triage-batch" | null; convoy: string | null; molecule: string | null; step: { id: string; needs: (string)[]; } | null; triage: { type: "stuck_agent" | "escalation" | "crash_loop" | "help_request"; agent: string | null; about: string | null; escalation: string | null; options: ("RESTART" | "RESTART_WITH_BACKOFF" | "CLOSE_BEAD" | "ESCALATE" | "NUDGE" | "REASSIGN_BEAD" | "PROVIDE_GUIDANCE")[]; resolution: { action: "RESTART" | "RESTART_WITH_BACKOFF" | "CLOSE_BEAD" | "ESCALATE" | "NUDGE" | "REASSIGN_BEAD" | "PROVIDE_GUIDANCE"; notes: string; } | null; } | null; escalation: { severity: "low" | "medium" | "high" | "critical"; acknowledgedAt: string | null; reEscalations: number; } | null; attempts: number; setbacks: number; spent: { dispatches: number; agentMs: number; tokens: number; microUsd: number; }; reworkRounds: number; mergeRequest: { source: string | null; branch: string; target: string; head: string | null; pull: number | null; url: string | null; state: string | null; causes: (string)[]; review: "none" | "requested" | "approved" | "changes_requested"; mergeCommit: string | null; awaitingSince: string | null; adopted: boolean; } | null; failure: { code: string; message: string; } | null; createdBy: string; createdAt: string; updatedAt: string; closedAt: string | null; };
    /** An installation of the GitHub App on an account. */
    Installation: { installation: string; account: { id: string; login: string; type: string; }; state: "active" | "suspended" | "removed"; selection: "all" | "selected"; permissions: { [name: string]: string; }; owner: string | null; linkedBy: string | null; linkedAt: string | null; repositories: number; };
    /** A repository that an installation of the GitHub App reaches. */
    InstallationRepository: { installation: string; id: string; name: string; private: boolean; defaultBranch: string | null; url: string | null; };
    /** One thing that happened to a bead, with who and why. */
    HistoryEntry: { at: string; type: string; actor: string; cause: string; traceId: string | null; data: { [name: string]: unknown; }; };
    /** Why a bead is where it is and what would move it. */
    Explanation: { bead: string; status: "open" | "in_progress" | "in_review" | "closed" | "failed"; summary: string; reasons: ({ rule: string; says: string; since: string; })[]; movesWhen: (string)[]; nextLookAt: string | null; lastCause: { at: string; type: string; actor: string; cause: string; traceId: string | null; data: { [name: string]: unknown; }; } | null; };
    /** A review of a pull request. */
    Review: { reviewer: string; verdict: "approve" | "request_changes" | "comment"; commit: string; body: string; at: string; };
    /** A check that ran on a commit. */
    Check: { name: string; commit: string; state: "queued" | "running" | "success" | "failure" | "timed_out" | "error"; log: string; startedAt: string | null; finishedAt: string | null; };
    /** A pull request. `state` and `causes` are its merge status. */
    Pull: { rig: string; number: number; bead: string | null; title: string; body: string; head: string; base: string; headCommit: string; draft: boolean; state: "merged" | "closed" | "stale_read" | "queued" | "conflicts" | "draft" | "changes_requested" | "checks_failing" | "unresolved_threads" | "checks_pending" | "behind" | "awaiting_approval" | "unknown" | "blocked" | "ready"; causes: ({ state: "merged" | "closed" | "stale_read" | "queued" | "conflicts" | "draft" | "changes_requested" | "checks_failing" | "unresolved_threads" | "checks_pending" | "behind" | "awaiting_approval" | "unknown" | "blocked" | "ready"; message: string; })[]; since: string; explanation: { says: string; nextActor: "agent" | "person" | "forge" | "us" | "nobody"; since: string; nextLookAt: string | null; }; reviews: (components["schemas"]["Review"])[]; checks: (components["schemas"]["Check"])[]; requiredApprovals: number; mergeCommit: string | null; url: string; createdAt: string; updatedAt: string; };
    /** A conversation about lines of a pull request. */
    Thread: { id: string; resolved: boolean; outdated: boolean; file: string | null; line: number | null; comments: ({ author: string; bot: boolean; body: string; url: string; })[]; };
    /** Work items that reach the default branch together. */
    Convoy: { convoy: string; title: string; status: "staged" | "active" | "landing" | "landed" | "closed" | "failed"; mergeMode: "review-then-land" | "review-and-merge"; branch: string | null; beads: (string)[]; total: number; closed: number; failed: number; landings: ({ rig: string; branchState: "none" | "ready" | "failed"; attempts: number; request: string | null; landedAt: string | null; reason: string | null; })[]; spent: { dispatches: number; agentMs: number; tokens: number; microUsd: number; }; createdAt: string; landedAt: string | null; };
    /** The steps of a formula that an agent walks through. */
    Molecule: { molecule: string; formula: string; source: string; status: "active" | "completed" | "failed"; steps: ({ step: string; bead: string; title: string; body: string; needs: (string)[]; state: "waiting" | "ready" | "done" | "failed"; })[]; };
    /** Something that is, or was, to be said to an agent. */
    Nudge: { nudge: string; agent: string; message: string; mode: "immediate" | "wait-idle" | "queue"; priority: "normal" | "urgent"; source: string; state: "pending" | "delivered" | "expired" | "failed"; reason: string | null; createdAt: string; expiresAt: string | null; deliveredAt: string | null; };
    /** What the rules decide of a town at this moment, each with its rule and what it is about, and what they say of beads that wait. */
    Look: { at: string; decisions: ({ rule: string; decision: string; about: (string)[]; changes: ({ type: string; data: { [name: string]: unknown; }; })[]; commands: (string)[]; })[]; waiting: ({ bead: string; rule: string; says: string; movesWhen: string; })[]; settled: boolean; nextLookAt: string | null; dryRun: boolean; };
    /** A town as it was, rebuilt from its stored inputs. `deterministic`: deciding them again gave the same. `followsToday`: the stored state follows; null when not replayed to the end. */
    Replay: { entry: number; at: string | null; entries: number; deterministic: boolean; followsToday: boolean | null; differences: (string)[]; beads: ({ bead: string; type: "issue" | "message" | "escalation" | "merge_request" | "convoy" | "molecule" | "agent"; status: "open" | "in_progress" | "in_review" | "closed" | "failed"; title: string; assignee: string | null; rig: string | null; })[]; next: string | null; agents: { [name: string]: number; }; };
    /** One entry of a town's log of inputs: a command that was applied, or a look of the rules that changed something. */
    LogEntry: { seq: number; at: string; kind: "input" | "look"; type: string; actor: string; cause: string; changes: (string)[]; };
    /** A CloudEvents 1.0 envelope, as it stands in the log. */
    Event: { specversion: "1.0"; id: string; type: string; source: string; subject?: string; time: string; datacontenttype: "application/json"; dataschema: string; townid: string; actor: string; correlationid: string; causationid?: string; traceparent?: string; data?: unknown; [name: string]: unknown; };
    /** An event with its sequence in the log. */
    LoggedEvent: { seq: number; event: components["schemas"]["Event"]; };
    /** A command and what became of it. `pending`: no verdict yet, or no such command was sent. */
    Command: { command: string; owner: "town" | "dispatcher" | "scm"; town: string; state: "pending" | "applied" | "refused" | "terminal"; code?: string; message?: string; result?: { [name: string]: unknown; }; };
    /** A token, without its secret. `town` null: of the whole installation. */
    Token: { id: string; name: string; scope: "read" | "write" | "admin"; town: string | null; createdAt: string; createdBy: string; revokedAt: string | null; };
    /** A new token. `token` is shown this once. */
    NewToken: (components["schemas"]["Token"]) & ({ token: string; });
    /** A message that a service gave up on, with its original body. */
    DeadLetter: { seq: number; at: string; service: string; town: string; code: string; reason: string; subject: string; stream: string; streamSeq: number; consumer: string; deliveries: number; body: string; };
    /** A delivery of a webhook, as it is stored. */
    HookDelivery: { provider: "github" | "gitlab"; event: string; /** The forge's id; the same when it sends it again */ delivery: string; action: string | null; /** Its place in stream HOOK */ seq: number; at: string; receivedAt: string; /** Of its body as it came */ bytes: number; /** `reduced`: only what we read of the body was kept */ encoding: "identity" | "gzip" | "reduced"; replay: boolean; /** What became of the delivery; null when scm does not say now */ status: "waiting" | "done" | "failed" | "missed" | null; tries: number; reason: string | null; };
    /** A delivery of a webhook with its body. */
    HookDetail: (components["schemas"]["HookDelivery"]) & ({ body: string; });
    /** A delivery that was stored once more; `seq` is its new place in stream HOOK. */
    HookReplay: { provider: "github" | "gitlab"; delivery: string; event: string; seq: number; };
    /** What the gateway depends on, each connected or not connected with the reason. */
    Health: { ok: boolean; version: string; dependencies: { [name: string]: { state: "connected" | "not connected"; reason?: string; detail?: string; }; }; };
    /** What went wrong (RFC 9457). `errors` names each field; `command` is where a command's verdict can be read. */
    Problem: { type: string; title: string; status: number; detail: string; instance: string; code: string; advice: string; errors?: ({ field: string; reason: string; })[]; requestId: string; command?: string; };
    /** Where and as what agents run: runtimes and agent programs as they were tried, what the dispatcher depends on, and what runs that nobody wants (`orphans`; each was nobody's twice, some seconds apart). */
    Runtime: { dependencies: { [name: string]: { connected: boolean; reason: string | null; }; }; runtimes: ({ runtime: "process" | "docker"; chosen: boolean; usable: boolean; detail: string; })[]; programs: ({ program: string; chosen: boolean; file: string | null; found: "configured" | "installed" | "path" | null; version: string | null; usable: boolean; detail: string | null; })[] | null; programsProblem: string | null; model: boolean; containers: number; orphans: ({ kind: "container" | "process"; town: string; name: string; detail: string; })[]; };
    /** An open terminal of an agent. `session` is what you join, watch or close; `writers` and `watchers` are those who look at it now. */
    Terminal: { session: string; agent: string; program: "shell" | "agent"; openedAt: string; openedBy: string; size: { cols: number; rows: number; }; writers: number; watchers: number; lastOutputAt: string | null; lastTypedAt: string | null; /** You opened it: a token of your name */ mine: boolean; };
    /** What a terminal tells those who look at it. */
    TerminalFrame: { type: "hello"; /** Say it when you come back */ session: string; mode: "write" | "watch"; program: "shell" | "agent"; size: { cols: number; rows: number; }; /** The newest piece of output there is */ last: number; } | { seq: number; data: string; type: "output"; } | { type: "gap"; from: number; to: number; } | { type: "resized"; size: { cols: number; rows: number; }; } | { type: "error"; code: "invalid" | "too_large" | "watch_only" | "not_typed" | "not_done"; message: string; } | { type: "refused"; code: "agent_not_running" | "no_terminals" | "no_session" | "terminal_not_found" | "too_many_terminals" | "too_many_viewers" | "terminal_failed" | "unavailable"; message: string; } | { code: "exited" | "idle" | "unattended" | "closed" | "host_stopped"; message: string; type: "ended"; };
    /** What those who write tell a terminal. */
    TerminalMessage: { type: "input"; data: string; } | { type: "resize"; cols: number; rows: number; } | { type: "close"; };
    /** A ticket for one connection to a terminal. */
    TerminalTicket: { /** For the subprotocol `gastown.ticket.<ticket>`; good for one connection */ ticket: string; path: string; expiresAt: string; };
    StreamFrame: { type: "hello"; seq: number; stream: string; } | { type: "event"; seq: number; event: components["schemas"]["Event"]; } | { type: "reset"; reason: "stream_recreated" | "too_old" | "ahead"; seq: number; } | { type: "output"; line: components["schemas"]["OutputLine"]; } | { type: "output-skipped"; agent: string; count: number; };
  };
}

