// npm run bench [-- --quick]: every figure, one after the other.
await import("./evaluate.ts");
await import("./escalation.ts");
await import("./discord.ts");
