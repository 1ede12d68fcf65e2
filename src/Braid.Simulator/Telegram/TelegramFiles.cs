using System.Globalization;
using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Telegram;

/// <summary>The files one bot may download, and the objects that describe them.</summary>
internal sealed class TelegramFiles(World world)
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    private const int DownloadLimit = 20 * 1024 * 1024;
    private readonly Dictionary<string, (SimulatedFile File, string Path, string UniqueId)> byId = new(StringComparer.Ordinal);
    private int count;

    /// <summary>Keeps a file and gives the part every media object shares.</summary>
    public JsonObject Keep(SimulatedFile file, string prefix, string folder)
    {
        var id = prefix + world.Letters(44, Alphabet);
        var unique = "AQAD" + world.Letters(11, Alphabet);
        var path = string.Create(CultureInfo.InvariantCulture, $"{folder}/file_{++count}{Path.GetExtension(file.Name)}");
        byId[id] = (file, path, unique);
        return new JsonObject { ["file_id"] = id, ["file_unique_id"] = unique, ["file_size"] = file.Content.Length };
    }

    public SimulatedFile? Find(string id) => byId.TryGetValue(id, out var kept) ? kept.File : null;

    public SimulatedFile? FindByPath(string path) => byId.Values.FirstOrDefault(k => k.Path == path).File;

    public Answer GetFile(string? id)
    {
        if (id is null)
        {
            throw TelegramAnswer.Bad("file_id not specified");
        }

        if (!byId.TryGetValue(id, out var kept))
        {
            throw TelegramAnswer.Bad("wrong file_id or the file is temporarily unavailable");
        }

        if (kept.File.Content.Length > DownloadLimit)
        {
            throw TelegramAnswer.Bad("file is too big");
        }

        return TelegramAnswer.Ok(new JsonObject
        {
            ["file_id"] = id, ["file_unique_id"] = kept.UniqueId, ["file_size"] = kept.File.Content.Length, ["file_path"] = kept.Path,
        });
    }

    /// <summary>The message field for a file of this kind (photo, voice, ...).</summary>
    public JsonNode Describe(string kind, SimulatedFile file)
    {
        var (prefix, folder) = kind switch
        {
            "photo" => ("AgACAgUAAxkBAA", "photos"),
            "voice" => ("AwACAgUAAxkBAA", "voice"),
            "audio" => ("CQACAgUAAxkBAA", "music"),
            "video" or "animation" or "video_note" => ("BAACAgUAAxkBAA", "videos"),
            "sticker" => ("CAACAgUAAxkBAA", "stickers"),
            _ => ("BQACAgUAAxkBAA", "documents"),
        };
        var json = Keep(file, prefix, folder);
        switch (kind)
        {
            case "photo":
                (json["width"], json["height"]) = (1280, 853);
                var small = Keep(file, prefix, folder);
                (small["width"], small["height"]) = (90, 60);
                return new JsonArray(small, json);
            case "voice":
                (json["duration"], json["mime_type"]) = (4, file.ContentType);
                return json;
            case "sticker":
                (json["type"], json["width"], json["height"], json["is_animated"], json["is_video"], json["emoji"]) = ("regular", 512, 512, false, false, "🙂");
                return json;
            case "video" or "animation":
                (json["width"], json["height"], json["duration"], json["mime_type"], json["file_name"]) = (1280, 720, 5, file.ContentType, file.Name);
                return json;
            case "audio":
                (json["duration"], json["mime_type"], json["file_name"]) = (5, file.ContentType, file.Name);
                return json;
            default:
                (json["file_name"], json["mime_type"]) = (file.Name, file.ContentType);
                return json;
        }
    }
}
