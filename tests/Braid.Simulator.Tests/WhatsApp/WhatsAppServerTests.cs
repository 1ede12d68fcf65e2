using System.Text.Json.Nodes;
using Braid.Simulator.Webhooks;
using Braid.Simulator.WhatsApp;

namespace Braid.Simulator.Tests.WhatsApp;

public sealed class WhatsAppServerTests : WorldTest
{
    private WhatsAppNumber Number => World.WhatsApp.Number;
    private WhatsAppPerson Sara => World.WhatsApp.Person("966512345678", "سارة العتيبي");

    private Task<(int Status, JsonObject Body)> SendAsync(JsonObject message, string? token = null) =>
        PostAsync(new Uri(World.WhatsApp.Url, $"/v25.0/{Number.PhoneNumberId}/messages"), message, token ?? Number.AccessToken);

    private static JsonObject Text(string to, string body) => new()
    {
        ["messaging_product"] = "whatsapp", ["recipient_type"] = "individual", ["to"] = to, ["type"] = "text", ["text"] = new JsonObject { ["body"] = body },
        ["biz_opaque_callback_data"] = "braid:msg:8f14e45f",
    };

    [Fact]
    public void The_signature_is_that_of_the_published_vector()
    {
        var vector = Fixture.Read("whatsapp/verify-signature-vector.json");
        WhatsAppNumber.Sign(System.Text.Encoding.UTF8.GetBytes(vector["rawBody"]!.GetValue<string>()), vector["secret"]!.GetValue<string>())
            .ShouldBe(vector["expectedHeaderValue"]!.GetValue<string>());
        // And our escaping writes exactly those bytes, so a receiver that writes the body anew before checking would notice.
        WireJson.Bytes(JsonNode.Parse(vector["rawBody"]!.GetValue<string>())!).ShouldBe(System.Text.Encoding.UTF8.GetBytes(vector["rawBody"]!.GetValue<string>()));
    }

    [Fact]
    public async Task The_callback_is_only_used_when_it_gives_the_challenge_back()
    {
        (await Number.SubscribeAsync(Braid.Url, "wrong", Ct)).ShouldBeFalse();
        Number.CallbackUrl.ShouldBeNull();
        (await Number.SubscribeAsync(Braid.Url, "right", Ct)).ShouldBeTrue();
        Number.CallbackUrl.ShouldBe(Braid.Url);
    }

    [Fact]
    public async Task What_people_send_has_the_documented_shapes_and_a_true_signature()
    {
        Number.PostTo(Braid.Url);
        var first = await Sara.WritesAsync("السلام عليكم، هل المنتج متوفر باللون الأزرق؟ 💙");
        await Sara.SendsAsync("image", SimulatedFile.Photo(1), "هكذا");
        await Sara.SendsAsync("voice", SimulatedFile.Voice());
        await Sara.SendsAsync("document", SimulatedFile.Pdf("فاتورة-2291.pdf", "Invoice 2291"), "فاتورة الشراء");
        await Sara.ReactsAsync(first.Id, "❤️");
        await Sara.ReactsAsync(first.Id, null);
        await Sara.EditsAsync(first, "السلام عليكم");
        await Sara.RevokesAsync(first);
        var hooks = await Braid.Hooks.WaitForAsync(8, _ => true, Ct);

        string[] names = ["text-arabic", "image-caption", "audio-voice", "document", "reaction", "reaction-removed-no-emoji-key", "edit-text", "revoke"];
        for (var i = 0; i < names.Length; i++)
        {
            // The optional download url of newer webhooks is in one fixture only.
            Shape(hooks[i].Json).ShouldBe(Shape(Fixture.Read($"whatsapp/inbound-{names[i]}.json")), names[i]);
            hooks[i].Headers["X-Hub-Signature-256"].ShouldBe(WhatsAppNumber.Sign(hooks[i].Body, Number.AppSecret));
            hooks[i].Text.All(char.IsAscii).ShouldBeTrue();
        }

        static IEnumerable<string> Shape(JsonObject json) => Fixture.Shape(json).Where(p => !p.EndsWith(".url: String", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_message_is_answered_delivered_and_read_as_documented()
    {
        Number.PostTo(Braid.Url);
        await Sara.WritesAsync("مرحبا");
        var (status, body) = await SendAsync(Text("966512345678", "أهلا"));
        var seen = await Sara.Received.WaitForAsync(r => r.Kind == "text", Ct);
        await Sara.ReadsAsync(seen);
        await Sara.ReadsAsync(seen);
        var hooks = await Braid.Hooks.WaitForAsync(3, h => h.Text.Contains("statuses", StringComparison.Ordinal), Ct);

        status.ShouldBe(200);
        Fixture.Shape(body).ShouldBe(Fixture.Shape(Fixture.Read("whatsapp/response-send-success.json")));
        seen.Text.ShouldBe("أهلا");
        var statuses = hooks.Select(h => h.Json["entry"]![0]!["changes"]![0]!["value"]!["statuses"]![0]!).ToList();
        statuses.Select(s => s["status"]!.GetValue<string>()).ShouldBe(["sent", "delivered", "read"]);
        statuses.ShouldAllBe(s => s["id"]!.GetValue<string>() == seen.Id && s["biz_opaque_callback_data"]!.GetValue<string>() == "braid:msg:8f14e45f");
        Fixture.Shape(hooks[0].Json).ShouldBe(Fixture.Shape(Fixture.Read("whatsapp/inbound-status-sent.json")));
    }

    [Fact]
    public async Task A_phone_that_is_off_gets_its_message_later()
    {
        Number.PostTo(Braid.Url);
        await Sara.WritesAsync("مرحبا");
        Sara.GoesOffline();
        await SendAsync(Text("966512345678", "أهلا"));
        await Braid.Hooks.WaitForAsync(h => h.Text.Contains("\"sent\"", StringComparison.Ordinal), Ct);
        Braid.Hooks.Items.ShouldNotContain(h => h.Text.Contains("\"delivered\"", StringComparison.Ordinal));
        Sara.ComesOnline();
        await Braid.Hooks.WaitForAsync(h => h.Text.Contains("\"delivered\"", StringComparison.Ordinal), Ct);
    }

    [Fact]
    public async Task After_24_hours_only_a_template_gets_through()
    {
        Number.PostTo(Braid.Url);
        Number.AddTemplate(new WhatsAppTemplate("order_confirmation", "id", "Halo {{1}}, pesanan {{2}} sudah dikirim."));
        await Sara.WritesAsync("مرحبا", at: DateTimeOffset.FromUnixTimeSeconds(1_700_000_000));
        (await SendAsync(Text("966512345678", "too late"))).Status.ShouldBe(200);
        var failed = await Braid.Hooks.WaitForAsync(h => h.Text.Contains("131047", StringComparison.Ordinal), Ct);
        var (status, _) = await SendAsync(Template(["Sara", "2291"]));
        var seen = await Sara.Received.WaitForAsync(r => r.Kind == "template", Ct);

        Fixture.Shape(failed.Json).Where(p => !p.Contains("biz_opaque", StringComparison.Ordinal))
            .ShouldBe(Fixture.Shape(Fixture.Read("whatsapp/inbound-status-failed-131047-outside-window.json")));
        status.ShouldBe(200);
        seen.Text.ShouldBe("Halo Sara, pesanan 2291 sudah dikirim.");
        Sara.Received.Items.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Templates_are_checked_against_what_was_approved()
    {
        Number.AddTemplate(new WhatsAppTemplate("order_confirmation", "id", "Halo {{1}}, pesanan {{2}} sudah dikirim."));
        SameAsFixture("error-132000-template-param-count", await SendAsync(Template(["Sara"])));
        var other = Template(["a", "b"]);
        other["template"]!["language"]!["code"] = "id_ID";
        SameAsFixture("error-132001-template-missing", await SendAsync(other));
    }

    [Fact]
    public async Task A_stranger_can_not_be_reached()
    {
        Number.PostTo(Braid.Url);
        (await SendAsync(Text("15550001111", "hi"))).Status.ShouldBe(200);
        await Braid.Hooks.WaitForAsync(h => h.Text.Contains("131026", StringComparison.Ordinal), Ct);
    }

    [Fact]
    public async Task Wrong_requests_are_refused_in_the_documented_words()
    {
        SameAsFixture("error-100-invalid-parameter", await SendAsync(Text("966512345678", new string('a', 4097))));
        var (status, body) = await SendAsync(Text("966512345678", "hi"), "not-a-token");
        (status, body["error"]!["code"]!.GetValue<int>()).ShouldBe((401, 190));
        World.Faults.Next(SimulatedProvider.WhatsApp, "messages", new Fault.TooManyRequests());
        SameAsFixture("error-130429-throughput", await SendAsync(Text("966512345678", "hi")));
        World.Faults.Next(SimulatedProvider.WhatsApp, "messages", new Fault.ServerError());
        SameAsFixture("error-131016-service-unavailable", await SendAsync(Text("966512345678", "hi")));
        Sara.Received.Items.ShouldBeEmpty();
    }

    [Fact]
    public async Task Media_goes_up_and_comes_down_the_same()
    {
        var photo = SimulatedFile.Photo(2);
        using var form = new MultipartFormDataContent { { new StringContent("whatsapp"), "messaging_product" } };
        var part = new ByteArrayContent(photo.Content);
        part.Headers.ContentType = new("image/png");
        form.Add(part, "file", "photo.png");
        Http.DefaultRequestHeaders.Authorization = new("Bearer", Number.AccessToken);
        using var upload = await Http.PostAsync(new Uri(World.WhatsApp.Url, $"/v25.0/{Number.PhoneNumberId}/media"), form, Ct);
        var uploaded = JsonNode.Parse(await upload.Content.ReadAsStringAsync(Ct))!;
        var described = JsonNode.Parse(await Http.GetStringAsync(new Uri(World.WhatsApp.Url, $"/v25.0/{uploaded["id"]}"), Ct))!;
        var bytes = await Http.GetByteArrayAsync(new Uri(described["url"]!.GetValue<string>()), Ct);

        Fixture.Shape(uploaded).ShouldBe(Fixture.Shape(Fixture.Read("whatsapp/response-media-upload.json")));
        Fixture.Shape(described).ShouldBe(Fixture.Shape(Fixture.Read("whatsapp/response-media-get.json")));
        bytes.ShouldBe(photo.Content);
        Http.DefaultRequestHeaders.Authorization = null;
        (await Http.GetAsync(new Uri(described["url"]!.GetValue<string>()), Ct)).StatusCode.ShouldBe(System.Net.HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Reading_and_typing_show_on_the_phone_that_wrote()
    {
        var said = await Sara.WritesAsync("مرحبا");
        var read = new JsonObject
        {
            ["messaging_product"] = "whatsapp", ["status"] = "read", ["message_id"] = said.Id, ["typing_indicator"] = new JsonObject { ["type"] = "text" },
        };
        var (_, body) = await SendAsync(read);
        body.ToJsonString().ShouldBe(Fixture.Read("whatsapp/response-mark-read.json").ToJsonString());
        Sara.Received.Items.Select(r => r.Kind).ShouldBe(["read", "typing"]);
    }

    private static JsonObject Template(string[] values) => new()
    {
        ["messaging_product"] = "whatsapp", ["to"] = "966512345678", ["type"] = "template",
        ["template"] = new JsonObject
        {
            ["name"] = "order_confirmation", ["language"] = new JsonObject { ["code"] = "id" },
            ["components"] = new JsonArray(new JsonObject
            {
                ["type"] = "body", ["parameters"] = new JsonArray([.. values.Select(v => (JsonNode)new JsonObject { ["type"] = "text", ["text"] = v })]),
            }),
        },
    };

    private static void SameAsFixture(string name, (int Status, JsonObject Body) answer)
    {
        var fixture = Fixture.Read($"whatsapp/{name}.json");
        answer.Status.ShouldBe(fixture["_httpStatus"]!.GetValue<int>());
        Without(answer.Body).ShouldBe(Without(fixture["body"]!.DeepClone().AsObject()));

        static string Without(JsonObject body)
        {
            body["error"]!.AsObject().Remove("fbtrace_id").ShouldBeTrue();
            return body.ToJsonString();
        }
    }
}
