import type { Verb } from "../cli/command.ts";

/** Every verb of the tool. */
export const VERBS: Readonly<Record<string, Verb>> = {
	init: {
		summary: "collections, indexes, integral tangles, stencils; safe to repeat",
		load: () => import("./init.ts"),
	},
	produce: {
		summary: "stencils to Faktory jobs, TCN after TCN, until max_tcn",
		load: () => import("./produce/index.ts"),
	},
	work: {
		summary: "consume the jobs: graft pages, store the tangles",
		load: () => import("./work/index.ts"),
	},
	jobs: {
		summary: "the jobs on the Faktory server by state; requeue, discard",
		load: () => import("./jobs/index.ts"),
	},
	verify: {
		summary: "prove a finished TCN complete, or name what is wrong with it",
		load: () => import("./verify/index.ts"),
	},
	export: {
		summary: "the table of tangles, as files",
		load: () => import("./export/index.ts"),
	},
	plan: {
		summary: "what an enumeration up to a TCN will cost: tangles, jobs, size, hours",
		load: () => import("./plan/index.ts"),
	},
	recover: {
		summary: "check the stencil collection, repair it, finish interrupted stencils",
		load: () => import("./recover/index.ts"),
	},
	component: {
		summary: "one run of an autonomous component: lock, query, work, record, unlock",
		load: () => import("./component/index.ts"),
	},
	locks: {
		summary: "who holds what: ls, show, exec, wait, watch, break, prune",
		load: () => import("./locks/index.ts"),
	},
	batches: {
		summary: "the library's batches: ls, show, add, touch, event, restart, rm-event",
		load: () => import("./batches/index.ts"),
	},
	serve: {
		summary: "web pages and a metrics endpoint for people and monitors, read only",
		load: () => import("./serve/index.ts"),
	},
	status: {
		summary: "one look: TCN, stencils by state, queue, locks, assembly line",
		load: () => import("./status/index.ts"),
	},
	doctor: {
		summary: "config, servers, versions, indexes, rights, clock; and what to do",
		load: () => import("./doctor/index.ts"),
	},
	config: {
		summary: "the config without servers: check, show, example",
		load: () => import("./config/index.ts"),
	},
	completions: {
		summary: "a completion script for bash, zsh or fish",
		load: () => import("./completions.ts"),
	},
	man: {
		summary: "the manual pages, as files",
		load: () => import("./man.ts"),
	},
	"lock-inspect": {
		summary: "another name for locks ls",
		load: () => import("./locks/ls.ts"),
	},
};
