// A module of its own, so that it is loaded when something is sent, and with names that a bundler can follow: those of a
// CommonJS package that is imported as a whole are known only when it runs.
export { Agent, ProxyAgent } from 'undici';
