using System.Net.Mail;
using Braid.Platform.Http;

namespace Braid.Accounts;

internal static class Emails
{
    /// <summary>Lower-cased and trimmed; refuses what is no address.</summary>
    public static string Normal(string email)
    {
        var text = email.Trim().ToLowerInvariant();
        return text.Length <= 320 && MailAddress.TryCreate(text, out var parsed) && parsed.Address == text
            ? text
            : throw RefusalException.Invalid("Enter an email address.", new Dictionary<string, string> { ["email"] = "Enter an address such as ana@example.org." });
    }
}
