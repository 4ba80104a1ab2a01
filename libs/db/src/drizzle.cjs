// Drizzle's CommonJS build, for everybody: Node reads the 130 KB of `exports` in drizzle's package.json again for each `import` of one of
// its ES modules by another, which is three quarters of a second of processor time in each process that starts.
module.exports = {
  ...require("drizzle-orm"),
  ...require("drizzle-orm/pg-core"),
  ...require("drizzle-orm/node-postgres"),
};
