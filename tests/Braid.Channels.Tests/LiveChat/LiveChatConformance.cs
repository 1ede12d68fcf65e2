using Braid.Channels.LiveChat;
using Braid.Channels.Tests.Conformance;

namespace Braid.Channels.Tests.LiveChat;

public sealed class LiveChatConformance : ChannelConformance<LiveChatChannel>
{
    protected override string SettingsJson => """
        {"title":"Arunika","color":"#2c5a4a","greeting":"Hello","allowedOrigins":["https://shop.example"],"preChat":"optional","preChatFields":["email"],
         "identitySecret":"livechat-secret-one-0001-0001-0001","requireIdentity":true,"offlineText":"Back soon"}
        """;

    protected override string OtherSettingsJson => """{"identitySecret":"livechat-secret-two-0002-0002-0002"}""";
    protected override bool HasWebhook => false;
    protected override bool SendsByHttp => false;
}
