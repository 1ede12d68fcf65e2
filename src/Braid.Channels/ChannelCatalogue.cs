using Braid.Channels.AppleMessages;
using Braid.Channels.Bluesky;
using Braid.Channels.Cti;
using Braid.Channels.CustomHttp;
using Braid.Channels.Discord;
using Braid.Channels.Echo;
using Braid.Channels.Email;
using Braid.Channels.EmailWebhook;
using Braid.Channels.Gmail;
using Braid.Channels.GoogleBusinessProfile;
using Braid.Channels.GoogleChat;
using Braid.Channels.GooglePlayReviews;
using Braid.Channels.GoogleRcs;
using Braid.Channels.Instagram;
using Braid.Channels.Irc;
using Braid.Channels.KakaoTalk;
using Braid.Channels.Line;
using Braid.Channels.LiveChat;
using Braid.Channels.Mastodon;
using Braid.Channels.Matrix;
using Braid.Channels.Mattermost;
using Braid.Channels.Messenger;
using Braid.Channels.MicrosoftGraphMail;
using Braid.Channels.Reddit;
using Braid.Channels.RocketChat;
using Braid.Channels.SignalCli;
using Braid.Channels.Slack;
using Braid.Channels.Sms;
using Braid.Channels.Teams;
using Braid.Channels.Telegram;
using Braid.Channels.TikTok;
using Braid.Channels.Viber;
using Braid.Channels.Voice;
using Braid.Channels.WeChat;
using Braid.Channels.WebForm;
using Braid.Channels.WhatsApp;
using Braid.Channels.XDm;
using Braid.Channels.Xmpp;
using Braid.Channels.YouTubeComments;
using Braid.Channels.Zalo;
using Braid.Channels.Zulip;

namespace Braid.Channels;

/// <summary>The channels this build knows, in the order the "connect a channel" page shows them.</summary>
public static class ChannelCatalogue
{
    public static IReadOnlyList<IChannel> All { get; } =
    [
        new WhatsAppChannel(),
        new MessengerChannel(),
        new InstagramChannel(),
        new TelegramChannel(),
        new LineChannel(),
        new ViberChannel(),
        new ZaloChannel(),
        new XDmChannel(),
        new AppleMessagesChannel(),
        new GoogleRcsChannel(),
        new EmailChannel(),
        new GmailChannel(),
        new MicrosoftGraphMailChannel(),
        new EmailWebhookChannel(),
        new LiveChatChannel(),
        new SmsChannel(),
        new VoiceChannel(),
        new MatrixChannel(),
        new MastodonChannel(),
        new CtiChannel(),
        new WeChatChannel(),
        new TikTokChannel(),
        new KakaoTalkChannel(),
        new GoogleBusinessProfileChannel(),
        new GooglePlayReviewsChannel(),
        new YouTubeCommentsChannel(),
        new RedditChannel(),
        new SlackChannel(),
        new DiscordChannel(),
        new TeamsChannel(),
        new GoogleChatChannel(),
        new MattermostChannel(),
        new RocketChatChannel(),
        new ZulipChannel(),
        new BlueskyChannel(),
        new SignalCliChannel(),
        new IrcChannel(),
        new XmppChannel(),
        new CustomHttpChannel(),
        new WebFormChannel(),
        new EchoChannel(),
    ];

    /// <summary>Null when there is no such channel.</summary>
    public static IChannel? Find(string id) => All.FirstOrDefault(channel => channel.Descriptor.Id == id);

    /// <summary>By its id or by a variant's (`sms-twilio`), with the settings that make it that variant.</summary>
    public static (IChannel Channel, IReadOnlyDictionary<string, string> Settings)? FindVariant(string id) =>
        Find(id) is { } channel ? (channel, NoSettings)
        : All.SelectMany(c => c.Descriptor.Variants.Select(v => (Channel: c, Variant: v))).FirstOrDefault(v => v.Variant.Id == id) is { Variant: { } variant } found
            ? (found.Channel, variant.Settings)
            : null;

    private static readonly IReadOnlyDictionary<string, string> NoSettings = new Dictionary<string, string>();
}
