using System.Security.Cryptography;
using System.Text.Json;

namespace Braid.Channels.Tests.Asia2;

/// <summary>Keys made for this run; none is written down.</summary>
internal static class TestKeys
{
    public static RSA Account { get; } = RSA.Create(2048);

    public static RSA Google { get; } = RSA.Create(2048);

    /// <summary>A service account's key file, as text inside JSON.</summary>
    public static string KeyFile { get; } = JsonSerializer.Serialize(JsonSerializer.Serialize(new
    {
        type = "service_account", client_email = "reviews@braid.iam.gserviceaccount.com", private_key_id = "key-1", private_key = Account.ExportPkcs8PrivateKeyPem(),
        token_uri = "https://oauth2.googleapis.com/token",
    }));
}
