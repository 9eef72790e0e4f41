const { WebSocketServer } = require("ws");

const feed = new WebSocketServer({ port: 8081 });
feed.on("connection", (client) => client.send(JSON.stringify({ hello: "price-feed" })));
setInterval(() => feed.clients.forEach((client) => client.ping()), 20_000);
