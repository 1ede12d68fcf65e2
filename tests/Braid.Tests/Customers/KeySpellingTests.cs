using Braid.Customers;

namespace Braid.Tests.Customers;

public class KeySpellingTests
{
    [Theory]
    [InlineData("+65 8123 4455", null, "+6581234455")]
    [InlineData("+44 (0)20 7946 0018", null, "+442079460018")]
    [InlineData("0049 30 901820", null, "+4930901820")]
    [InlineData("00 49 (0)30-901820", null, "+4930901820")]
    [InlineData("030/901820", "DE", "+4930901820")]
    [InlineData("030 901820", "de", "+4930901820")]
    [InlineData("(415) 555-0132", "US", "+14155550132")]
    [InlineData("1 415 555 0132", "US", "+14155550132")]
    [InlineData("011 44 20 7946 0018", "US", "+442079460018")]
    [InlineData("8 (912) 345-67-89", "RU", "+79123456789")]
    [InlineData("06 1 234 5678", "HU", "+3612345678")]
    [InlineData("06 12345678", "IT", "+390612345678")]
    [InlineData("8123 4455", "SG", "+6581234455")]
    [InlineData("001 1 415 555 0132", "SG", "+14155550132")]
    [InlineData("٠٥٠١٢٣٤٥٦٧", "SA", "+966501234567")]
    [InlineData("090-1234-5678", "JP", "+819012345678")]
    [InlineData("11 98765 4321", "BR", "+5511987654321")]
    [InlineData("8123 4455", null, null)]
    [InlineData("8123 4455", "XX", null)]
    [InlineData("+0 123 4567", null, null)]
    [InlineData("+123", null, null)]
    [InlineData("+12345678901234567", null, null)]
    [InlineData("call me", "DE", null)]
    [InlineData("", "DE", null)]
    [InlineData("123", "US", null)]
    public void A_number_is_read_as_its_region_dials_it(string typed, string? region, string? expected) => PhoneNumbers.Normalise(typed, region).ShouldBe(expected);

    [Theory]
    [InlineData(" Maya@Example.ORG ", "maya@example.org")]
    [InlineData("a@münchen.example", "a@xn--mnchen-3ya.example")]
    [InlineData("a@XN--MNCHEN-3YA.example", "a@xn--mnchen-3ya.example")]
    [InlineData("o'hara+tag@mail.example.co", "o'hara+tag@mail.example.co")]
    [InlineData("a@localhost", null)]
    [InlineData("@example.org", null)]
    [InlineData("a@b@example.org", null)]
    [InlineData("a b@example.org", null)]
    [InlineData("Maya <maya@example.org>", null)]
    [InlineData("a@exa mple.org", null)]
    [InlineData("a@.example.org", null)]
    public void A_mailbox_has_one_spelling(string typed, string? expected) => EmailAddresses.Normalise(typed).ShouldBe(expected);
}
