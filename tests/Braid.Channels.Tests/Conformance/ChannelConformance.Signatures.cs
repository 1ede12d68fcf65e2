using System.Text;

namespace Braid.Channels.Tests.Conformance;

public abstract partial class ChannelConformance<TChannel>
{
    private static readonly byte[] AnyBody = Encoding.UTF8.GetBytes("""{"any":"body \u00e9"}""");

    [Fact]
    public void A_signed_request_is_genuine()
    {
        SkipUnsigned();
        Channel.Verify(Request(SignedBody, Sign(SignedBody, Settings)), Settings).ShouldBeOfType<Verdict.Genuine>();
    }

    [Fact]
    public void A_request_without_signature_is_forged()
    {
        SkipUnsigned();
        Channel.Verify(Request(SignedBody, new Dictionary<string, string>()), Settings).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void An_empty_or_garbled_signature_is_forged()
    {
        SkipUnsigned();
        foreach (var name in Sign(SignedBody, Settings).Keys)
        {
            foreach (var value in new[] { "", " ", "sha256=", "sha256=zz", "x", "é", new string('a', 5000) })
            {
                Channel.Verify(Request(SignedBody, new Dictionary<string, string> { [name] = value }), Settings).ShouldBeOfType<Verdict.Forged>();
            }
        }
    }

    [Fact]
    public void One_changed_byte_makes_a_request_forged()
    {
        SkipUnsigned();
        var headers = Sign(SignedBody, Settings);
        foreach (var (name, value) in headers)
        {
            for (var i = 0; i < value.Length; i++)
            {
                var changed = value[..i] + (value[i] == 'x' ? 'y' : 'x') + value[(i + 1)..];
                Channel.Verify(Request(SignedBody, new Dictionary<string, string>(headers) { [name] = changed }), Settings).ShouldBeOfType<Verdict.Forged>();
            }
        }

        if (!SignatureCoversBody) return;
        for (var i = 0; i < SignedBody.Length; i++)
        {
            var changed = (byte[])SignedBody.Clone();
            changed[i] ^= 1;
            Channel.Verify(Request(changed, headers), Settings).ShouldBeOfType<Verdict.Forged>();
        }
    }

    [Fact]
    public void Another_workspaces_secret_is_forged()
    {
        SkipUnsigned();
        Channel.Verify(Request(SignedBody, Sign(SignedBody, OtherSettings)), Settings).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void A_proof_of_long_ago_is_forged()
    {
        SkipUnsigned();
        var stale = SignStale(SignedBody, Settings);
        Assert.SkipWhen(stale is null, $"{Id}'s signature has no time in it");
        Channel.Verify(Request(SignedBody, stale!), Settings).ShouldBeOfType<Verdict.Forged>();
    }

    [Fact]
    public void A_genuine_request_is_never_turned_away_for_its_content()
    {
        SkipUnsigned();
        foreach (var body in Mutations.Broken(SignedBody))
        {
            Channel.Verify(Request(body, Sign(body, Settings)), Settings).ShouldBeOfType<Verdict.Genuine>();
        }
    }

    private void SkipUnsigned() => Assert.SkipUnless(Signs, $"{Id} has no signature to check");
}
