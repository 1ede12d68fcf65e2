namespace Braid.Channels.Tests.Conformance;

/// <summary>
/// On a test's own subclass of a channel: its fixtures lie in another folder than the channel's id says. For one channel over several
/// providers: `[FixtureFolder("sms-twilio")] public sealed class TwilioSms : SmsChannel;`.
/// </summary>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class FixtureFolderAttribute(string folder) : Attribute
{
    public string Folder { get; } = folder;
}
