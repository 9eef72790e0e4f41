require("node:http").createServer((_, answer) => answer.end("[]")).listen(3000);
