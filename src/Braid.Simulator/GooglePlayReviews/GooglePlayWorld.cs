using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Channels;
using Braid.Simulator.Google;
using Braid.Simulator.Http;
using Microsoft.AspNetCore.Http;

namespace Braid.Simulator.GooglePlayReviews;

/// <summary>One app on Google Play with its reviews: a page at a time, newest first, one answer for each.</summary>
internal sealed class GooglePlayWorld(World world) : PretendProvider<PlayReviewer>(world, SimulatedProvider.GooglePlay)
{
    private const string Root = "/androidpublisher/v3/applications/com.example.lamps/reviews";
    private const int PageSize = 2;
    private readonly Dictionary<string, (PlayReviewer Author, JsonObject Review, DateTimeOffset At)> reviews = new(StringComparer.Ordinal);

    public GoogleDesk Desk { get; } = new(world);

    public override JsonObject Settings => new() { ["packageName"] = "com.example.lamps", ["serviceAccountKey"] = Desk.KeyFile(Address + "/token"), ["apiBaseUrl"] = Address };

    public override SimulatedSkills Skills => new() { FilesIn = false, FilesOut = false, Public = true, OneAnswer = true };

    /// <summary>One review for each person: writing again changes it.</summary>
    public void Write(PlayReviewer author, string text, int stars)
    {
        lock (Gate)
        {
            var at = NextMoment();
            reviews[author.Id] = (author, new JsonObject
            {
                ["reviewId"] = author.Id, ["authorName"] = author.Name,
                ["comments"] = new JsonArray(new JsonObject
                {
                    ["userComment"] = new JsonObject
                    {
                        ["text"] = "\t" + text, ["starRating"] = stars, ["reviewerLanguage"] = "en",
                        ["lastModified"] = new JsonObject { ["seconds"] = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ["nanos"] = at.Millisecond * 1_000_000 },
                    },
                }),
            }, at);
        }
    }

    protected override PlayReviewer Meet(string name) => new(this, "gp:AOqpTO" + Letters("play" + name, 20), name);

    protected override string MethodOf(HttpRequest request) => request.Path.Value!.EndsWith(":reply", StringComparison.Ordinal) ? "reply" : base.MethodOf(request);

    protected override Answer? Refuse(Fault fault) => GoogleDesk.Of(fault);

    protected override Task<Answer> CallAsync(HttpRequest request, string path, Call call, string raw) => Task.FromResult(Desk.Call(request, call) ?? Answer(request, Uri.UnescapeDataString(path), call));

    private Answer Answer(HttpRequest request, string path, Call call)
    {
        if (!Desk.Accepts(request)) { return GoogleDesk.Error(401, "Request had invalid authentication credentials.", "UNAUTHENTICATED"); }
        if (!path.StartsWith(Root, StringComparison.Ordinal))
        {
            return GoogleDesk.Error(403, "The caller does not have permission", "PERMISSION_DENIED");
        }

        lock (Gate)
        {
            if (request.Method == "GET") { return List((int)(call.Number("token") ?? 0)); }
            var id = path[(Root.Length + 1)..^":reply".Length];
            if (!reviews.TryGetValue(id, out var found)) { return GoogleDesk.Error(404, "Review not found.", "NOT_FOUND"); }
            if (call.Text("replyText") is not { Length: > 0 and <= 350 } text)
            {
                return GoogleDesk.Error(400, "Reply text is too long.", "INVALID_ARGUMENT");
            }

            found.Author.Received.Add(new SimulatedReceived(id, text, []) { Public = true });
            return new Answer(200, new JsonObject { ["result"] = new JsonObject { ["replyText"] = text, ["lastEdited"] = new JsonObject { ["seconds"] = "1" } } });
        }
    }

    private Answer List(int from)
    {
        var sorted = reviews.Values.OrderByDescending(r => r.At).ToList();
        if (sorted.Count == 0) { return new Answer(200, new JsonObject()); }
        var page = new JsonObject { ["reviews"] = new JsonArray([.. sorted.Skip(from).Take(PageSize).Select(r => r.Review.DeepClone())]) };
        if (from + PageSize < sorted.Count) { page["tokenPagination"] = new JsonObject { ["nextPageToken"] = (from + PageSize).ToString(CultureInfo.InvariantCulture) }; }
        return new Answer(200, page);
    }
}

internal sealed class PlayReviewer(GooglePlayWorld world, string id, string name) : Acquaintance(id, name)
{
    public int Stars { get; set; } = 2;

    public override Task WritesAsync(string text)
    {
        world.Write(this, text, Stars);
        return Task.CompletedTask;
    }
}

internal sealed class GooglePlayWorldFactory : ISimulatedChannelFactory
{
    public string Channel => "google-play-reviews";

    public Task<ISimulatedChannel> StartAsync(SimulatedWorld world, CancellationToken ct) => new GooglePlayWorld(world.Inner).StartAsync(ct);
}
