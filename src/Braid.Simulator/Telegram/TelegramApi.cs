using System.Text.Json.Nodes;
using Braid.Simulator.Http;

namespace Braid.Simulator.Telegram;

/// <summary>The Bot API's methods: which there are, and the ones about the bot itself. Sending is in TelegramSending, changing in TelegramChanging.</summary>
internal sealed class TelegramApi(TelegramBot bot, World world)
{
    public async Task<Answer> CallAsync(string method, Call call, CancellationToken gone)
    {
        var name = method.ToLowerInvariant();
        if (name == "getupdates")
        {
            return await bot.Updates.GetAsync(call, gone);
        }

        var files = await TelegramUploads.FetchAsync(call, world.Http, gone);
        lock (bot.Gate)
        {
            var sending = new TelegramSending(bot, call, files);
            return name switch
            {
                "getme" => TelegramAnswer.Ok(Me()),
                "setwebhook" => bot.Updates.SetWebhook(call),
                "deletewebhook" => bot.Updates.DeleteWebhook(call),
                "getwebhookinfo" => bot.Updates.Info(),
                "setmycommands" or "setmydescription" or "logout" or "close" => TelegramAnswer.Ok(true),
                "getfile" => bot.Files.GetFile(call.Text("file_id")),
                "sendmessage" => sending.Text(),
                "sendphoto" => sending.File("photo"),
                "senddocument" => sending.File("document"),
                "sendvideo" => sending.File("video"),
                "sendaudio" => sending.File("audio"),
                "sendvoice" => sending.File("voice"),
                "sendanimation" => sending.File("animation"),
                "sendsticker" => sending.File("sticker"),
                "sendmediagroup" => sending.Album(),
                "sendlocation" => sending.Location(),
                "sendvenue" => sending.Location(),
                "sendcontact" => sending.Contact(),
                "sendchataction" => sending.Action(),
                "editmessagetext" => new TelegramChanging(bot, call).Edit("text"),
                "editmessagecaption" => new TelegramChanging(bot, call).Edit("caption"),
                "editmessagereplymarkup" => new TelegramChanging(bot, call).Edit(null),
                "deletemessage" => new TelegramChanging(bot, call).Delete(),
                "answercallbackquery" => new TelegramChanging(bot, call).AnswerCallback(),
                "setmessagereaction" => new TelegramChanging(bot, call).React(),
                _ => TelegramAnswer.Error(404, "Not Found: method not found"),
            };
        }
    }

    private JsonObject Me()
    {
        var me = bot.Json;
        (me["can_join_groups"], me["can_read_all_group_messages"], me["supports_inline_queries"], me["can_connect_to_business"]) = (true, false, false, true);
        return me;
    }
}
