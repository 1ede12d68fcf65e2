using System.Security.Cryptography;
using System.Text;
using Braid.Channels.Common;
using Braid.Channels.Tests.Conformance;
using Braid.Channels.Voice;

namespace Braid.Channels.Tests.Voice;

[FixtureFolder("voice-twilio")]
public sealed class TwilioVoiceChannel : VoiceChannel;

public sealed class VoiceConformance : ChannelConformance<TwilioVoiceChannel>
{
    internal const string SettingsText =
        """{"accountSid":"AC0123456789abcdef0123456789abcdef","authToken":"12345f7a1b2c3d4e5f60718293a4b5c6","phoneNumber":"+14155550190"}""";

    protected override string SettingsJson => SettingsText;
    protected override string OtherSettingsJson => SettingsText.Replace("12345f7a", "99995f7a", StringComparison.Ordinal);

    /// <summary>Nothing written goes out on a call.</summary>
    protected override bool SendsByHttp => false;

    protected override byte[] SignedBody => "CallSid=CA1&From=%2B14155550142&CallStatus=ringing"u8.ToArray();

    protected override IReadOnlyDictionary<string, string> Sign(byte[] body, ChannelSettings settings)
    {
        var sorted = FormFields.Parse(body).Fields.Distinct().OrderBy(f => f.Key, StringComparer.Ordinal).ThenBy(f => f.Value, StringComparer.Ordinal);
        var text = "https://braid.example.com/webhooks/voice/inbox" + string.Concat(sorted.Select(f => f.Key + f.Value));
#pragma warning disable CA5350 // It is what Twilio signs with.
        var signature = Convert.ToBase64String(HMACSHA1.HashData(Encoding.UTF8.GetBytes(((VoiceSettings)settings).AuthToken), Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5350
        return new Dictionary<string, string> { ["X-Twilio-Signature"] = signature };
    }
}
