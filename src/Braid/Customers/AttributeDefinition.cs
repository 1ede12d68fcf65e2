using System.Globalization;
using System.Text.Json;
using Braid.Accounts;
using Braid.Platform.Data;
using Braid.Platform.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Braid.Customers;

/// <summary>A field that a workspace adds to its profiles.</summary>
internal sealed class AttributeDefinition
{
    public Id<AttributeDefinition> Id { get; init; } = Id<AttributeDefinition>.New();
    public Id<Workspace> WorkspaceId { get; init; }
    /// <summary>What the API, imports and rules call it; never changes.</summary>
    public required string Key { get; init; }
    public required string Label { get; set; }
    public AttributeType Type { get; init; }
    /// <summary>JSON array of what may be chosen.</summary>
    public string? Choices { get; set; }
    public DateTimeOffset CreatedAt { get; init; }

    public IReadOnlyList<string> ChoiceList => Choices is null ? [] : JsonSerializer.Deserialize<List<string>>(Choices)!;

    /// <summary>One spelling per value, as it is stored and compared; refuses with a sentence that says what fits.</summary>
    /// <returns>Null: cleared.</returns>
    public string? Normalised(string? value)
    {
        var text = value?.Trim();
        if (string.IsNullOrEmpty(text)) { return null; }
        return Type switch
        {
            AttributeType.Number => decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var number) ? number.ToString("0.############", CultureInfo.InvariantCulture) : throw Wrong("A number such as 12.5."),
            AttributeType.Date => DateOnly.TryParseExact(text.Length > 10 ? text[..10] : text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) : throw Wrong("A date such as 2026-11-26."),
            AttributeType.Flag => text.ToLowerInvariant() switch { "true" or "yes" or "1" => "true", "false" or "no" or "0" => "false", _ => throw Wrong("true or false.") },
            AttributeType.Choice => ChoiceList.FirstOrDefault(c => string.Equals(c, text, StringComparison.OrdinalIgnoreCase)) ?? throw Wrong($"One of {string.Join(", ", ChoiceList)}."),
            AttributeType.Link => Uri.TryCreate(text, UriKind.Absolute, out var link) && link.Scheme is "https" or "http" && text.Length <= 2000 ? text : throw Wrong("An address such as https://example.org."),
            _ => text.Length <= 1000 ? text : throw Wrong("At most 1000 characters."),
        };
    }

    private RefusalException Wrong(string what) => RefusalException.Invalid($"{Label}: {what}", new Dictionary<string, string> { [CustomerFieldNames.Custom + Key] = what });
}

internal enum AttributeType { Text, Number, Date, Flag, Choice, Link }

/// <summary>The workspace's own fields: few, read by everybody, changed by admins.</summary>
internal sealed class Attributes(BraidDb db, TimeProvider clock)
{
    private const int Most = 100;
    private const int LongestKey = 40;

    public sealed record Request(string? Key, string? Label, AttributeType? Type, IReadOnlyList<string>? Choices);

    public Task<List<AttributeDefinition>> AllAsync(Id<Workspace> workspace, CancellationToken ct) =>
        db.Set<AttributeDefinition>().AsNoTracking().Where(a => a.WorkspaceId == workspace).OrderBy(a => a.CreatedAt).ThenBy(a => a.Id).Take(Most).ToListAsync(ct);

    public async Task<AttributesView> ListAsync(Actor by, CancellationToken ct)
    {
        by.Require(Permission.ReadConversations);
        return new([.. (await AllAsync(by.Workspace, ct)).Select(View)]);
    }

    public async Task<AttributeView> AddAsync(Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        var key = request.Key?.Trim() ?? "";
        if (key.Length is 0 or > LongestKey || !char.IsAsciiLetter(key[0]) || !key.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')) { throw Wrong("key", "Letters, digits and underscores, a letter first, at most 40."); }
        var type = request.Type ?? AttributeType.Text;
        var made = new AttributeDefinition { WorkspaceId = by.Workspace, Key = key, Label = LabelOf(request.Label ?? key), Type = type, Choices = ChoicesOf(type, request.Choices), CreatedAt = clock.GetUtcNow() };
        await db.InTransactionAsync(async inner =>
        {
            if (await db.Set<AttributeDefinition>().CountAsync(a => a.WorkspaceId == by.Workspace, inner) >= Most) { throw Wrong("key", $"A workspace has at most {Most} fields. Remove one first."); }
            if (await db.Set<AttributeDefinition>().AnyAsync(a => a.WorkspaceId == by.Workspace && a.Key == key, inner)) { throw Wrong("key", "There is a field with this key."); }
            db.Add(made);
            db.Audited(by, "attribute.created", made.Id.Value, made.CreatedAt);
            await db.SaveChangesAsync(inner);
        }, ct);
        return View(made);
    }

    public async Task<AttributeView> ChangeAsync(Id<AttributeDefinition> id, Request request, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        var row = await db.Set<AttributeDefinition>().FirstOrDefaultAsync(a => a.WorkspaceId == by.Workspace && a.Id == id, ct) ?? throw RefusalException.NotFound("field");
        if (request.Label is not null) { row.Label = LabelOf(request.Label); }
        if (request.Choices is not null) { row.Choices = ChoicesOf(row.Type, request.Choices); }
        await db.SaveChangesAsync(ct);
        return View(row);
    }

    /// <summary>The values stay where they are, unseen, and are back when the field is.</summary>
    public async Task RemoveAsync(Id<AttributeDefinition> id, Actor by, CancellationToken ct)
    {
        by.Require(Permission.ManageCustomers);
        if (await db.Set<AttributeDefinition>().Where(a => a.WorkspaceId == by.Workspace && a.Id == id).ExecuteDeleteAsync(ct) == 0) { throw RefusalException.NotFound("field"); }
        db.Audited(by, "attribute.removed", id.Value, clock.GetUtcNow());
        await db.SaveChangesAsync(ct);
    }

    private static AttributeView View(AttributeDefinition a) => new(a.Id, a.Key, a.Label, a.Type, a.ChoiceList);

    private static string LabelOf(string label) => label.Trim() is { Length: > 0 and <= 60 } text ? text : throw Wrong("label", "1 to 60 characters.");

    private static string? ChoicesOf(AttributeType type, IReadOnlyList<string>? choices)
    {
        if (type != AttributeType.Choice) { return null; }
        var list = (choices ?? []).Select(c => c.Trim()).Where(c => c.Length > 0).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        return list.Count is > 0 and <= 100 && list.TrueForAll(c => c.Length <= 100) ? JsonSerializer.Serialize(list) : throw Wrong("choices", "1 to 100 choices of at most 100 characters.");
    }

    private static RefusalException Wrong(string field, string what) => RefusalException.Invalid(what, new Dictionary<string, string> { [field] = what });
}

internal sealed record AttributesView(IReadOnlyList<AttributeView> Items);

/// <param name="Choices">Empty unless the type is `choice`.</param>
internal sealed record AttributeView(Id<AttributeDefinition> Id, string Key, string Label, AttributeType Type, IReadOnlyList<string> Choices);

internal sealed class AttributeConfiguration : IEntityTypeConfiguration<AttributeDefinition>
{
    public void Configure(EntityTypeBuilder<AttributeDefinition> builder)
    {
        builder.ToTable("attributes");
        builder.HasKey(a => a.Id);
        builder.Property(a => a.Id).ValueGeneratedNever();
        builder.Property(a => a.Key).HasMaxLength(40);
        builder.Property(a => a.Label).HasMaxLength(60);
        builder.HasIndex(a => new { a.WorkspaceId, a.Key }).IsUnique();
    }
}
