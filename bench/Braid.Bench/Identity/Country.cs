using System.Globalization;
using System.Text;

namespace Braid.Bench.Identity;

/// <summary>How people are called and how their numbers look: enough to tell people apart as well, or as badly, as in life.</summary>
/// <param name="Mobile">Digits of a mobile number after the country's code; # is any digit.</param>
/// <param name="Stems">Last names are a stem and an ending.</param>
internal sealed record Country(string Code, string Mobile, string[] First, string[] Stems, string[] Endings, Func<string, string>? OwnScript = null)
{
    public static readonly Country[] All =
    [
        new("49", "17########", ["Anna", "Lukas", "Mia", "Jonas", "Lena", "Paul", "Clara", "Felix", "Greta", "Moritz", "Ida", "Emil"], ["Berg", "Stein", "Wald", "Hof", "Kirch", "Linden", "Feld", "Korn", "Wein", "Sand"], ["er", "mann", "hardt", "ner", "au", "inger", "bach", "ler"]),
        new("44", "77########", ["Oliver", "Amelia", "Harry", "Isla", "George", "Poppy", "Alfie", "Freya", "Archie", "Edith", "Toby", "Maeve"], ["Ash", "Brook", "Black", "White", "Har", "Thorn", "Wood", "Mill", "Ald", "Stan"], ["ton", "ley", "field", "worth", "ham", "ford", "by", "well"]),
        new("34", "6########", ["Lucía", "Hugo", "Martina", "Pablo", "Carmen", "Diego", "Elena", "Javier", "Nuria", "Iker", "Rocío", "Álvaro"], ["Mar", "Gonz", "Rod", "Fern", "Vel", "Cas", "Oro", "Nav", "Sal", "Per"], ["ález", "ín", "edo", "illo", "anda", "era", "ano", "ías"]),
        new("39", "3#########", ["Giulia", "Luca", "Chiara", "Marco", "Sofia", "Davide", "Alice", "Nicola", "Greta", "Pietro", "Elisa", "Bruno"], ["Ross", "Bian", "Ferr", "Mont", "Col", "Gall", "Cont", "Vill", "Mor", "Serr"], ["ini", "etti", "aro", "ucci", "ese", "elli", "ano", "oni"]),
        new("33", "6########", ["Camille", "Louis", "Manon", "Jules", "Inès", "Hugo", "Zoé", "Théo", "Élise", "Noé", "Margot", "Rémi"], ["Du", "Le", "Mar", "Bel", "Fon", "Gir", "Cha", "Vau", "Mou", "Bois"], ["pont", "ard", "taine", "mont", "rier", "quet", "vier", "lin"]),
        new("7", "9#########", ["Ivan", "Olga", "Dmitri", "Anna", "Pavel", "Marina", "Sergei", "Vera", "Boris", "Nina", "Oleg", "Irina"], ["Petr", "Sokol", "Moroz", "Volk", "Zaits", "Orl", "Lebed", "Gus", "Pavl", "Roman"], ["ov", "enko", "in", "ovski", "yuk", "ev", "akin", "onov"], Cyrillic),
        new("55", "119########", ["Ana", "João", "Beatriz", "Pedro", "Larissa", "Tiago", "Camila", "Rafael", "Bruna", "Caio", "Lívia", "Davi"], ["Sil", "Sou", "Oliv", "Per", "Cost", "Alm", "Rib", "Card", "Nog", "Tei"], ["va", "za", "eira", "a", "eida", "oso", "xeira", "ais"]),
        new("52", "55########", ["Sofía", "Mateo", "Valeria", "Emilio", "Ximena", "Rodrigo", "Renata", "Iván", "Daniela", "Óscar", "Paola", "Saúl"], ["Her", "Lóp", "Ram", "Tor", "Mend", "Guz", "Est", "Cas", "Flo", "Ver"], ["nández", "ez", "írez", "res", "oza", "mán", "rada", "tillo"]),
        new("62", "812########", ["Budi", "Siti", "Agus", "Dewi", "Putra", "Rina", "Joko", "Ayu", "Wahyu", "Lestari", "Hendra", "Sari"], ["San", "Wi", "Har", "Set", "Pra", "Kus", "Sur", "Nug", "Hid", "Gun"], ["toso", "jaya", "tono", "iawan", "tama", "uma", "yadi", "roho"]),
        new("65", "8#######", ["Wei Ling", "Jun Hao", "Mei", "Kai", "Hui Min", "Zhi Wei", "Priya", "Arjun", "Nurul", "Farid", "Grace", "Marcus"], ["T", "L", "Ch", "W", "Kh", "N", "G", "Y", "S", "H"], ["an", "im", "ua", "ong", "oh", "eo", "ee", "ang"]),
        new("81", "90########", ["Aiko", "Haruto", "Yui", "Ren", "Sakura", "Sota", "Hina", "Yuto", "Mei", "Riku", "Emi", "Kenji"], ["Mori", "Sato", "Kawa", "Yama", "Naka", "Taka", "Ishi", "Fuji", "Hara", "Oka"], ["ta", "mura", "moto", "da", "no", "shima", "hashi", "guchi"]),
        new("966", "5########", ["Omar", "Layla", "Yusuf", "Noura", "Khalid", "Huda", "Faisal", "Maha", "Tariq", "Salma", "Majed", "Reem"], ["Al Had", "Al Sal", "Al Mut", "Al Qah", "Al Har", "Al Zah", "Al Sha", "Al Gha", "Al Dos", "Al Ots"], ["dad", "em", "airi", "tani", "bi", "rani", "mri", "mdi"]),
    ];

    public string LastName(Random random) => Stems[random.Next(Stems.Length)] + Endings[random.Next(Endings.Length)];

    public string Number(Random random)
    {
        var number = new StringBuilder("+").Append(Code);
        foreach (var c in Mobile) { number.Append(c == '#' ? (char)('0' + random.Next(10)) : c); }
        return number.ToString();
    }

    private static string Cyrillic(string name)
    {
        var text = new StringBuilder();
        var lower = name.ToLower(CultureInfo.InvariantCulture);
        for (var i = 0; i < lower.Length; i++)
        {
            var two = i + 1 < lower.Length ? lower.Substring(i, 2) : "";
            if (two is "ts" or "yu" or "ya") { text.Append(two switch { "ts" => 'ц', "yu" => 'ю', _ => 'я' }); i++; continue; }
            var at = "abvgdezijklmnoprstufhy ".IndexOf(lower[i], StringComparison.Ordinal);
            text.Append(at < 0 ? lower[i] : "абвгдезийклмнопрстуфхы "[at]);
        }

        return CultureInfo.InvariantCulture.TextInfo.ToTitleCase(text.ToString());
    }
}
