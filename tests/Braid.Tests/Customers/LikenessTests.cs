using Braid.Channels;
using Braid.Customers;
using Braid.Platform.Data;

namespace Braid.Tests.Customers;

/// <summary>When two profiles are one person, when people are asked, and when nothing is said.</summary>
public class LikenessTests
{
    [Theory]
    [InlineData("Maya Tan", "maya  TAN", "same")]
    [InlineData("Tan, Maya", "Maya Tan", "same")]
    [InlineData("Zoë Müller", "Zoe Muller", "same")]
    [InlineData("Иван Петров", "Ivan Petrov", "same")]
    [InlineData("Γιώργος", "Giorgos", "same")]
    [InlineData("Νίκος Παππάς", "Nikos Pappas", "same")]
    [InlineData("Jean-Pierre Blanc", "Jeanpierre Blanc", "compatible")]
    [InlineData("愛子 森田", "森田愛子", "same")]
    [InlineData("Dr. Anna Weiss", "Anna Weiss", "same")]
    [InlineData("O'Hara Sean", "Sean OHara", "same")]
    [InlineData("M. Tan", "Maya Tan", "compatible")]
    [InlineData("Maya", "Maya Tan", "compatible")]
    [InlineData("Alex Brown", "Alexander Brown", "compatible")]
    [InlineData("Katherine Lee", "Katharine Lee", "compatible")]
    [InlineData("Ana Silva", "Bruno Silva", "family")]
    [InlineData("Kim", "Bruno", "apart")]
    [InlineData("John Miller", "Erika Schulz", "apart")]
    [InlineData("森田 愛子", "佐藤 健", "apart")]
    [InlineData("", "Maya Tan", "unknown")]
    [InlineData(null, "Maya Tan", "unknown")]
    [InlineData("kitty2001", "Maya Tan", "unknown")]
    [InlineData("✨🌸", "Maya Tan", "unknown")]
    [InlineData("maya@example.org", "Maya Tan", "unknown")]
    [InlineData("عمر حداد", "Omar Haddad", "unknown")]
    public void Names_tell_people_apart(string? left, string? right, string expected)
    {
        EnumNames.Of(NameLikeness.Compare(left, right)).ShouldBe(expected);
        EnumNames.Of(NameLikeness.Compare(right, left)).ShouldBe(expected, "in both orders");
    }

    [Theory]
    [InlineData("+5511987654321", "+551187654321")]
    [InlineData("+551187654321", "+5511987654321")]
    [InlineData("+5215512345678", "+525512345678")]
    [InlineData("+525512345678", "+5215512345678")]
    [InlineData("+5491123456789", "+541123456789")]
    [InlineData("+541123456789", "+5491123456789")]
    public void A_number_is_known_in_its_old_and_new_spelling(string number, string other) => PhoneNumbers.Forms(number).ShouldBe([number, other]);

    [Theory]
    [InlineData("+551132345678")]
    [InlineData("+4930901820")]
    [InlineData("+14155550132")]
    public void Most_numbers_have_one_spelling(string number) => PhoneNumbers.Forms(number).ShouldBe([number]);

    [Theory]
    [InlineData("maya.tan+shop@gmail.com", "mayatan@googlemail.com", true)]
    [InlineData("maya+shop@example.org", "maya@example.org", true)]
    [InlineData("maya.tan@example.org", "mayatan@example.org", false)]
    public void A_mailbox_may_have_several_addresses(string left, string right, bool same) => (EmailAddresses.Mailbox(left) == EmailAddresses.Mailbox(right)).ShouldBe(same);

    [Fact]
    public void A_key_proven_on_both_links() => Of(Person(["Maya Tan"], Proven("a@example.org")), Person(["M. Tan"], Proven("a@example.org"))).Conclusion.ShouldBe(Conclusion.Link);

    [Fact]
    public void One_number_in_two_spellings_links() =>
        Of(Person(["Ana Souza"], new FactKey(KeyKind.Phone, "+5511987654321", true)), Person([], new FactKey(KeyKind.Phone, "+551187654321", true))).Conclusion.ShouldBe(Conclusion.Link);

    [Fact]
    public void A_stated_key_never_links()
    {
        var said = Of(Person(["Maya Tan"], Proven("a@example.org")), Person(["Maya Tan"], Stated("a@example.org")));
        said.Conclusion.ShouldBe(Conclusion.Suggest);
        said.Reasons.Select(r => r.Kind).ShouldBe(["provenAndStated", "sameName"]);
    }

    [Fact]
    public void Claiming_the_address_of_somebody_of_another_name_is_not_even_suggested() =>
        Of(Person(["Maya Tan"], Proven("ceo@example.org")), Person(["Eve Black"], Stated("ceo@example.org"))).Conclusion.ShouldBe(Conclusion.Nothing);

    [Fact]
    public void A_phone_under_names_of_two_people_is_only_suggested()
    {
        var said = Of(Person(["Ana Lima"], new FactKey(KeyKind.Phone, "+6581234455", true)), Person(["Bruno Costa"], new FactKey(KeyKind.Phone, "+6581234455", true)));
        said.Conclusion.ShouldBe(Conclusion.Suggest);
        said.Reasons.Select(r => r.Kind).ShouldContain("namesApart");
    }

    [Fact]
    public void A_family_on_one_phone_is_not_even_suggested()
    {
        var (ana, bruno) = (Person(["Ana Lima"], new FactKey(KeyKind.Phone, "+6581234455", true)), Person(["Bruno Lima"], new FactKey(KeyKind.Phone, "+6581234455", true)));
        Of(ana, bruno).Conclusion.ShouldBe(Conclusion.Nothing);
        Of(Person(["Bob Miller"], Proven("m@example.org")), Person(["Robert Miller"], Proven("m@example.org"))).Conclusion.ShouldBe(Conclusion.Suggest, "a mailbox is seldom shared");
    }

    [Fact]
    public void Two_accounts_of_one_site_are_only_suggested()
    {
        var said = Of(
            Person(["Maya Tan"], Proven("a@example.org"), new FactKey(KeyKind.SignedUser, "u1", true)), Person(["Maya Tan"], Proven("a@example.org"), new FactKey(KeyKind.SignedUser, "u2", true)));
        said.Conclusion.ShouldBe(Conclusion.Suggest);
        said.Reasons.Select(r => r.Kind).ShouldContain("otherSignedUser");
    }

    [Theory]
    [InlineData("info@example.org")]
    [InlineData("no-reply@example.org")]
    public void An_address_of_many_says_nothing(string address) => Of(Person(["Maya Tan"], Proven(address)), Person(["Maya Tan"], Proven(address))).Conclusion.ShouldBe(Conclusion.Nothing);

    [Fact]
    public void A_key_marked_as_shared_says_nothing() =>
        Of(Person(["Maya Tan"], new FactKey(KeyKind.Phone, "+6581234455", true, true)), Person(["Maya Tan"], new FactKey(KeyKind.Phone, "+6581234455", true))).Conclusion.ShouldBe(Conclusion.Nothing);

    [Fact]
    public void The_same_name_alone_says_nothing() => Of(Person(["Maya Tan"]), Person(["Maya Tan"])).Conclusion.ShouldBe(Conclusion.Nothing);

    [Fact]
    public void The_same_name_at_the_same_company_is_suggested() =>
        Of(Person(["Maya Tan"]) with { Company = "Acme" }, Person(["Maya Tan"]) with { Company = "acme " }).Conclusion.ShouldBe(Conclusion.Suggest);

    [Fact]
    public void A_slip_of_the_finger_is_suggested_under_the_same_full_name()
    {
        Of(Person(["Maya Tan"], Proven("maya.tan@example.org")), Person(["Maya Tan"], Stated("maya.tna@example.org"))).Conclusion.ShouldBe(Conclusion.Suggest);
        Of(Person(["Maya"], Proven("maya.tan@example.org")), Person(["Maya"], Stated("maya.tna@example.org"))).Conclusion.ShouldBe(Conclusion.Nothing);
    }

    private static Likeness Of(PersonFacts left, PersonFacts right)
    {
        var (said, turned) = (Likeness.Of(left, right), Likeness.Of(right, left));
        (turned.Conclusion, turned.Score).ShouldBe((said.Conclusion, said.Score), "in both orders");
        return said;
    }

    private static PersonFacts Person(string[] names, params FactKey[] keys) => new(Id<Customer>.New(), names, null, keys);

    private static FactKey Proven(string email) => new(KeyKind.Email, email, true);

    private static FactKey Stated(string email) => new(KeyKind.Email, email, false);
}
