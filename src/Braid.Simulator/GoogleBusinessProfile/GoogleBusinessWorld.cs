using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Google;
using Braid.Simulator.Http;
using Braid.Simulator.Webhooks;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.GoogleBusinessProfile;

/// <summary>One place on Google Maps with its reviews, and Pub/Sub, which pushes pointers to them with a signed token.</summary>
internal sealed class GoogleBusinessWorld(World world) : PretendProvider<PlaceReviewer>(world, SimulatedProvider.GoogleBusiness)
{
    private const string Location = "accounts/106543210987654321098/locations/12345678901234567890";
    private const string Pusher = "push@braid.iam.gserviceaccount.com";
    private const int PageSize = 2;
    private static readonly string[] Stars = ["ONE", "TWO", "THREE", "FOUR", "FIVE"];
    private readonly Dictionary<string, (PlaceReviewer Author, JsonObject Review, DateTimeOffset At)> reviews = new(StringComparer.Ordinal);

    public GoogleDesk Desk { get; } = new(world);

    public JsonObject? NotificationSetting { get; private set; }

    public override JsonObject Settings => new()
    {
        ["clientId"] = Desk.ClientId, ["clientSecret"] = Desk.ClientSecret, ["refreshToken"] = Desk.RefreshToken, ["location"] = Location,
        ["pubsubTopic"] = "projects/braid/topics/gbp", ["pushServiceAccount"] = Pusher, ["apiBaseUrl"] = Address + "/v4", ["notificationsBaseUrl"] = Address + "/v1",
        ["tokenUrl"] = Address + "/token", ["keysUrl"] = Address + "/certs",
    };

    public override SimulatedSkills Skills => new() { FilesIn = false, FilesOut = false, Public = true, OneAnswer = true };

    public string? AnswerTo(PlaceReviewer author)
    {
        lock (Gate) { return (reviews[author.Id].Review["reviewReply"] as JsonObject)?.Text("comment"); }
    }

    /// <summary>One review for each person: writing again changes it.</summary>
    public Task WriteAsync(PlaceReviewer author, string? text, int stars)
    {
        string kind;
        lock (Gate)
        {
            var at = NextMoment();
            var created = reviews.TryGetValue(author.Id, out var before) ? before.Review.Text("createTime")! : Iso(at);
            kind = before.Review is null ? "NEW_REVIEW" : "UPDATED_REVIEW";
            var review = new JsonObject
            {
                ["name"] = author.Id, ["reviewId"] = author.Id[(author.Id.LastIndexOf('/') + 1)..], ["reviewer"] = new JsonObject { ["displayName"] = author.Name },
                ["starRating"] = Stars[stars - 1], ["createTime"] = created, ["updateTime"] = kind == "NEW_REVIEW" ? created : Iso(at),
            };
            if (text is not null) { review["comment"] = text; }
            reviews[author.Id] = (author, review, at);
        }

        var data = new JsonObject { ["notificationType"] = kind, ["location"] = "locations/12345678901234567890", ["review"] = author.Id };
        return PostAsync(new JsonObject
        {
            ["message"] = new JsonObject
            {
                ["data"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(data.ToJsonString())), ["messageId"] = World.Number(1_000_000_000, 9_999_999_999).ToString(CultureInfo.InvariantCulture),
                ["publishTime"] = Iso(Now), ["attributes"] = new JsonObject(),
            },
            ["subscription"] = "projects/braid/subscriptions/gbp",
        });
    }

    protected override PlaceReviewer Meet(string name) => new(this, $"{Location}/reviews/AbFvOq{Letters("place" + name, 40)}", name);

    protected override HttpRequestMessage Request(WebhookEvent item, Uri to)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, to) { Content = new ByteArrayContent(WireJson.Bytes(item.Body)) { Headers = { ContentType = new("application/json") } } };
        request.Headers.Authorization = new("Bearer", Desk.Push(to.GetLeftPart(UriPartial.Path), Pusher));
        return request;
    }

    protected override Answer? Refuse(Fault fault) => GoogleDesk.Of(fault);

    protected override Task<Answer> CallAsync(HttpRequest request, string path, Call call, string raw) => Task.FromResult(Desk.Call(request, call) ?? Answer(request, path, call));

    private Answer Answer(HttpRequest request, string path, Call call)
    {
        if (!Desk.Accepts(request)) { return GoogleDesk.Error(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED"); }
        lock (Gate)
        {
            if (path == "/v1/accounts/106543210987654321098/notificationSetting" && request.Method == "PATCH")
            {
                return new Answer(200, (NotificationSetting = call.Parameters).DeepClone());
            }

            if (path == $"/v4/{Location}/reviews" && request.Method == "GET") { return List((int)(call.Number("pageToken") ?? 0)); }
            if (!path.EndsWith("/reply", StringComparison.Ordinal) || !reviews.TryGetValue(path["/v4/".Length..^"/reply".Length], out var found))
            {
                return GoogleDesk.Error(404, "Requested entity was not found.", "NOT_FOUND");
            }

            if (request.Method == "DELETE")
            {
                found.Review.Remove("reviewReply");
                return new Answer(200, new JsonObject());
            }

            if (call.Text("comment") is not { Length: > 0 } text || Encoding.UTF8.GetByteCount(text) > 4096)
            {
                return GoogleDesk.Error(400, "Request contains an invalid argument.", "INVALID_ARGUMENT");
            }

            found.Review["reviewReply"] = new JsonObject { ["comment"] = text, ["updateTime"] = Iso(Now) };
            found.Author.Received.Add(new SimulatedReceived(found.Author.Id, text, []) { Public = true });
            return new Answer(200, found.Review["reviewReply"]!.DeepClone());
        }
    }

    private Answer List(int from)
    {
        var sorted = reviews.Values.OrderByDescending(r => r.At).ToList();
        var page = new JsonObject { ["reviews"] = new JsonArray([.. sorted.Skip(from).Take(PageSize).Select(r => r.Review.DeepClone())]), ["totalReviewCount"] = sorted.Count };
        if (from + PageSize < sorted.Count) { page["nextPageToken"] = (from + PageSize).ToString(CultureInfo.InvariantCulture); }
        return new Answer(200, page);
    }

    private static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
}

internal sealed class PlaceReviewer(GoogleBusinessWorld world, string id, string name) : Acquaintance(id, name)
{
    public int Stars { get; set; } = 4;

    public override Task WritesAsync(string text) => world.WriteAsync(this, text, Stars);

    /// <summary>Stars without a word.</summary>
    public Task RatesAsync(int stars) => world.WriteAsync(this, null, stars);
}

internal sealed class GoogleBusinessWorldFactory : ISimulatedChannelFactory
{
    public string Channel => "google-business-profile";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new GoogleBusinessWorld(world.Inner).StartAsync(ct);
}
