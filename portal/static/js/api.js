/**
 * Acts and reads over HTTP. Every act carries an Idempotency-Key, so that repeating it after a lost
 * answer is safe; refusals come as `ApiError` with the stable code of the server's error table.
 */
import { door } from "portal/dom.js";
import { t } from "portal/i18n.js";

const TIMEOUT_MS = 20_000;

export class ApiError extends Error {
  /**
   * @param {{status: number, code: string, slug: string, title: string, detail: string,
   *          details?: Record<string, unknown>, trace_id?: string}} problem
   */
  constructor(problem) {
    super(`${problem.title} (${problem.code})`);
    this.name = "ApiError";
    this.status = problem.status;
    this.code = problem.code;
    this.slug = problem.slug;
    this.title = problem.title;
    this.detail = problem.detail;
    this.details = problem.details ?? {};
    this.traceId = problem.trace_id ?? "";
  }
}

/**
 * @param {string} path
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export function get(path, options = {}) {
  return request(path, { method: "GET" }, options.signal);
}

/**
 * An act. Give the same `key` when repeating an act whose answer was lost.
 * @param {string} path
 * @param {unknown} [body]
 * @param {{key?: string, signal?: AbortSignal, method?: "POST" | "PUT" | "PATCH" | "DELETE", ifMatch?: string}} [options]
 * @returns {Promise<any>}
 */
export function act(path, body = {}, options = {}) {
  const headers = new Headers({
    "Content-Type": "application/json",
    "Idempotency-Key": options.key ?? crypto.randomUUID(),
  });
  if (options.ifMatch) headers.set("If-Match", options.ifMatch);
  return request(path, { method: options.method ?? "POST", headers, body: JSON.stringify(body) }, options.signal);
}

/**
 * Sends a file as it is (a still, an upload); no timeout but the caller's own signal.
 * @param {string} path
 * @param {Blob} file
 * @param {{key?: string, signal?: AbortSignal, headers?: Record<string, string>}} [options]
 * @returns {Promise<any>}
 */
export function send(path, file, options = {}) {
  const headers = new Headers({
    ...options.headers,
    "Content-Type": file.type || "application/octet-stream",
    "Idempotency-Key": options.key ?? crypto.randomUUID(),
  });
  return request(path, { method: "POST", headers, body: file }, options.signal ?? new AbortController().signal);
}

/**
 * @param {string} path
 * @param {RequestInit} init
 * @param {AbortSignal} [signal]
 */
async function request(path, init, signal) {
  const headers = new Headers(init.headers);
  headers.set("Accept", "application/json, application/problem+json");
  if (door()) headers.set("Yc-Door", door());
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, {
      ...init,
      headers,
      credentials: "same-origin",
      signal: signal ?? AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch (cause) {
    if (signal?.aborted) throw cause;
    throw noAnswer();
  }
  if (response.ok) return response.status === 204 ? null : await body(response);
  throw new ApiError(problemOf(response, await body(response).catch(() => null)));
}

/** @param {Response} response */
function body(response) {
  return /json/.test(response.headers.get("Content-Type") ?? "") ? response.json() : response.text();
}

/** @param {Response} response @param {any} found */
function problemOf(response, found) {
  if (found && typeof found === "object" && typeof found.code === "string") return found;
  return {
    status: response.status,
    code: "P-99",
    slug: "internal_error",
    title: t("Something went wrong on our side"),
    detail: t("What was saved is kept. Try again; if it repeats, tell the administrator."),
  };
}

function noAnswer() {
  return new ApiError({
    status: 0,
    code: "N-03",
    slug: "line_lost",
    title: t("The line is interrupted"),
    detail: t("Everything filled in is kept and goes on by itself when the line is back."),
  });
}
