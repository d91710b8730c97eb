// Asks for a run of a catalog that lies in the container `catalogs`: dotnet run shop.json
using System.Text.Json;
using Azure.Storage.Queues; // dotnet add package Azure.Storage.Queues

var catalog = args[0];
var request = JsonSerializer.Serialize(new
{
    catalog = $"catalogs/{catalog}",
    options = new { samples = 200 },
    request_key = $"dotnet/{catalog}", // the same key again is the same run
});
var queue = new QueueClient(Environment.GetEnvironmentVariable("PLANSMITH_STORAGE"), "run-requests");
await queue.SendMessageAsync(request);
