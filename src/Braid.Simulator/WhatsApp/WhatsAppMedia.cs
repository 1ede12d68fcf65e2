using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.WhatsApp;

/// <summary>Files held by Meta: uploaded by us, or sent by people. Ids are looked up, bytes come from another address for about five minutes.</summary>
internal sealed class WhatsAppMedia(World world)
{
    private const int Mega = 1024 * 1024;
    private readonly Dictionary<string, SimulatedFile> files = new(StringComparer.Ordinal);

    public string Keep(SimulatedFile file)
    {
        var id = world.Number(1_000_000_000_000_000, 2_000_000_000_000_000).ToString(CultureInfo.InvariantCulture);
        files[id] = file;
        return id;
    }

    public SimulatedFile? Find(string id) => files.GetValueOrDefault(id);

    public bool Delete(string id) => files.Remove(id);

    public Answer Upload(Call call)
    {
        if (call.Text("messaging_product") != "whatsapp")
        {
            throw GraphAnswer.Invalid("The parameter messaging_product is required.");
        }

        if (!call.Files.TryGetValue("file", out var file))
        {
            throw GraphAnswer.Invalid("The parameter file is required.");
        }

        if (Limit(Bare(call.Text("type") ?? file.ContentType)) is not { } limit)
        {
            throw GraphAnswer.Invalid($"Param file must be a file with one of the following types: {string.Join(", ", Types)}. Received file of type '{file.ContentType}'.");
        }

        if (file.Content.Length > limit)
        {
            throw GraphAnswer.Refuse(131053, "Media upload error", $"Media file size too big. Max file size we currently support: {limit / Mega}MB.");
        }

        return GraphAnswer.Ok(new JsonObject { ["id"] = Keep(file with { ContentType = call.Text("type") ?? file.ContentType }) });
    }

    public Answer Describe(string id, SimulatedFile file, Uri server) => GraphAnswer.Ok(new JsonObject
    {
        ["messaging_product"] = "whatsapp",
        ["url"] = DownloadUrl(id, server),
        ["mime_type"] = file.ContentType,
        ["sha256"] = Convert.ToHexStringLower(SHA256.HashData(file.Content)),
        ["file_size"] = file.Content.Length.ToString(CultureInfo.InvariantCulture),
        ["id"] = id,
    });

    public static string DownloadUrl(string id, Uri server) => new Uri(server, $"/whatsapp_business/attachments/?mid={id}&hash=ATt").ToString();

    private static string Bare(string type) => type.Split(';')[0].Trim();

    private static readonly string[] Types =
    [
        "audio/aac", "audio/mp4", "audio/mpeg", "audio/amr", "audio/ogg", "audio/opus", "application/vnd.ms-powerpoint", "application/msword",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/pdf", "text/plain", "application/vnd.ms-excel",
        "image/jpeg", "image/png", "image/webp", "video/mp4", "video/3gpp",
    ];

    private static int? Limit(string type) => !Types.Contains(type) ? null : type.Split('/')[0] switch
    {
        "image" => 5 * Mega,
        "audio" or "video" => 16 * Mega,
        _ => 100 * Mega,
    };
}
