using System.Text;

namespace Braid.Channels.Tests.Conformance;

public abstract partial class ChannelConformance<TChannel>
{
    private static readonly byte[] AnyBody = Encoding.UTF8.GetBytes("""{"any":"body \u00e9"}""");

    [Fact]
    public void A_signed_request_is_genuine()
    {
        SkipWithoutWebhook();
        Channel.Verify(Request(AnyBody, Sign(AnyBody, Settings)), Settings).ShouldBeOfType<Verdict.Genuine>();
    }

    [Fact]
    public void A_request_without_signature_is_forged()
    {
        SkipWithoutWebhook();
        Channel.Verify(Request(AnyBody, new Dictionary<string, string>()), Settings).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void An_empty_or_garbled_signature_is_forged()
    {
        SkipWithoutWebhook();
        foreach (var name in Sign(AnyBody, Settings).Keys)
        {
            foreach (var value in new[] { "", " ", "sha256=", "sha256=zz", "x", "é", new string('a', 5000) })
            {
                Channel.Verify(Request(AnyBody, new Dictionary<string, string> { [name] = value }), Settings).ShouldBeOfType<Verdict.Forged>();
            }
        }
    }

    [Fact]
    public void One_changed_byte_makes_a_request_forged()
    {
        SkipWithoutWebhook();
        var headers = Sign(AnyBody, Settings);
        foreach (var (name, value) in headers)
        {
            for (var i = 0; i < value.Length; i++)
            {
                var changed = value[..i] + (value[i] == 'x' ? 'y' : 'x') + value[(i + 1)..];
                Channel.Verify(Request(AnyBody, new Dictionary<string, string>(headers) { [name] = changed }), Settings).ShouldBeOfType<Verdict.Forged>();
            }
        }

        if (!SignatureCoversBody) return;
        for (var i = 0; i < AnyBody.Length; i++)
        {
            var changed = (byte[])AnyBody.Clone();
            changed[i] ^= 1;
            Channel.Verify(Request(changed, headers), Settings).ShouldBeOfType<Verdict.Forged>();
        }
    }

    [Fact]
    public void Another_workspaces_secret_is_forged()
    {
        SkipWithoutWebhook();
        Channel.Verify(Request(AnyBody, Sign(AnyBody, OtherSettings)), Settings).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void A_genuine_request_is_never_turned_away_for_its_content()
    {
        SkipWithoutWebhook();
        foreach (var body in Mutations.Broken(AnyBody))
        {
            Channel.Verify(Request(body, Sign(body, Settings)), Settings).ShouldBeOfType<Verdict.Genuine>();
        }
    }

    private void SkipWithoutWebhook() => Assert.SkipUnless(HasWebhook, $"{Id} has no webhook");
}
