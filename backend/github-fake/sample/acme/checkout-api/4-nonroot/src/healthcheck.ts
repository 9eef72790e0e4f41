const port = process.env.PORT ?? "3000";
fetch(`http://127.0.0.1:${port}/healthz`)
  .then((answer) => process.exit(answer.ok ? 0 : 1))
  .catch(() => process.exit(1));
