using Braid.Channels.Common;

namespace Braid.Channels.XDm;

/// <summary>What X's answers mean: the status decides, the words tell a missing permission from a closed door.</summary>
internal static class XDmErrors
{
    public static SendResult Result(ProviderAnswer answer)
    {
        if (answer is not ProviderAnswer.Answered said) { return Outcomes.Of(answer, "X"); }
        var words = $"{said.Json.Text("type")} {said.Json.Text("detail")} {said.Json.Text("reason")} {said.Json.Items("errors").FirstOrDefault().Text("message")}";
        bool Says(string part) => words.Contains(part, StringComparison.OrdinalIgnoreCase);
        return said.Status switch
        {
            400 => Failed(FailureKind.Content, $"X does not take this message: {Outcomes.Sentence(said.Json.Items("errors").FirstOrDefault().Text("message") ?? said.Json.Text("detail") ?? "invalid")}", said),
            401 => Failed(FailureKind.Credentials, "X does not accept the access token. Make a new one under Keys and tokens and enter it with its secret.", said),
            402 => Failed(FailureKind.Configuration, "The X account has no credits left for its API. Add some in the developer portal.", said),
            403 when Says("oauth") || Says("scope") || Says("client-not-enrolled") || Says("client-forbidden") || Says("access level") => Failed(
                FailureKind.Configuration, "The X app may not do this. Give it read, write and direct message permission, then make a new access token.", said),
            403 when Says("duplicate") => Failed(FailureKind.Content, "X has this very text from you already. Change it and send it again.", said),
            403 => Failed(FailureKind.Unreachable, "The customer takes no messages from your account on X. Ask them to write first, or use another channel.", said),
            404 => Failed(FailureKind.Unreachable, "X does not know this customer or post any more.", said),
            >= 500 when said.Json.Text("title") is not null && said.Status == 503 => new SendResult.Retry("X is over its capacity", said.RetryAfter) { ProviderDown = true },
            _ => Outcomes.Of(answer, "X"),
        };
    }

    private static SendResult.Failed Failed(FailureKind kind, string reason, ProviderAnswer.Answered said) => new(kind, reason, $"{said.Status}");
}
