namespace Braid.Channels.Tests.Conformance;

/// <summary>An inbox that holds a good token already: the first call goes out with it, and only a refusal renews it.</summary>
internal sealed class GivenTokens(string value = "given-token-1") : IKeptTokens
{
    private KeptToken? token = new(value, null);

    public List<string> Forgotten { get; } = [];

    public async Task<KeptToken> GetAsync(string name, Func<KeptToken?, CancellationToken, Task<KeptToken>> renew, CancellationToken ct) =>
        token ??= await renew(null, ct);

    public void Forget(string name, KeptToken refused)
    {
        Forgotten.Add(refused.Value);
        token = null;
    }
}
