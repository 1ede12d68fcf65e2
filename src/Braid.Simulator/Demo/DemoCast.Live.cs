namespace Braid.Simulator.Demo;

internal static partial class DemoCast
{
    private static IEnumerable<DemoStory> LiveStories =>
    [
        Chat("Noor Aziz", "en", "noor.aziz@lakeside.example")
            .Says("Hi, quick one: is the Ridge stand stable enough for a 1 litre server?")
            .Then("Great, and does it fold flat?", "Perfect, ordering it now. Thanks!"),

        WhatsApp("Amara Diallo", "fr", "221770000145")
            .Says("Bonjour ! Mon colis vient d'arriver, mais il manque le filtre en tissu")
            .Photo("Voilà tout ce qu'il y avait dedans")
            .Then("Merci, c'est très gentil 🙏", "Filtre reçu ce matin, tout est parfait"),

        Telegram("Pavel Novák", "cs", "Pavel", "Novák", "pavel_na_kole")
            .Says("Ahoj, vejde se mlýnek Tarn do hrnku Alder? Balím na kolo")
            .Then("Super, díky moc!", "Objednáno 🚲"),

        Mail("Claire Dubois", "fr", "claire.dubois@atelier-nord.example").About("Atelier café en plein air")
            .Says("Bonjour,\n\nnous organisons en janvier un atelier de café en forêt pour quinze personnes. Louez-vous des réchauds et des bouilloires ?\n\nBien à vous\nClaire Dubois")
            .Then("Merci pour cette réponse si rapide. Je vous envoie la date dès demain.\n\nClaire", "C'est parfait pour nous."),

        WhatsApp("Daniel Cho", "ko", "821000001907")
            .Says("안녕하세요, 엠버 주전자 인덕션에서도 쓸 수 있나요?")
            .Then("감사합니다! 바로 주문할게요", "잘 받았습니다 😊"),

        Chat("Oliver Brandvold", "en", "oliver@brandvold.example", "cust-19877")
            .Says("I ordered an hour ago (TE-20461). Can you still add a second mug to the parcel?")
            .Then("Forest green please", "You just saved me the shipping. Thank you"),

        Telegram("Fatima Zahra", "ar", "فاطمة", "الزهراء")
            .Says("مساء الخير، هل الموقد آمن داخل الخيمة؟")
            .Then("شكراً على التوضيح المهم", "سأطلب الغطاء الواقي أيضاً"),

        WhatsApp("Thandiwe Nkosi", "en", "27820000344")
            .Says("Hello! The discount code EMBER10 says expired but the newsletter came this morning")
            .Then("It works now, thank you!!", "Ordered. Have a lovely day"),

        Telegram("Giulia Ferri", "it", "Giulia", "Ferri", "giulia_in_quota")
            .Says("Ciao! Avete un negozio a Milano dove provare i macinini?")
            .Voice()
            .Then("Ottimo, passo sabato", "Grazie mille ☕"),

        Mail("Thomas Keller", "de", "thomas.keller@seeblick.example").About("Kessel pfeift nicht mehr")
            .Says("Hallo zusammen,\n\nunser Ember-Kessel ist vier Jahre alt und pfeift seit gestern nicht mehr. Gibt es die Pfeife als Ersatzteil?\n\nViele Grüße\nThomas Keller")
            .Then("Das ist ja großartig, vielen Dank! Die Adresse ist dieselbe wie damals.", "Er pfeift wieder. Die Katze ist weniger begeistert."),

        WhatsApp("Lucía Paredes", "es", "5491100004521")
            .Says("Hola, ¿hacen envíos a Ushuaia? La web no me deja elegir la provincia")
            .Place("Ushuaia")
            .Then("Buenísimo, entonces espero el enlace", "Listo, ya pagué. ¡Gracias!"),

        Telegram("Siti Rahma", "id", "Siti", "Rahma")
            .Says("Min, mug Alder bisa masuk microwave nggak ya?")
            .Then("Oh oke, untung nanya dulu 😅", "Makasih infonya!"),

        Chat("Helena Lindgren", "en", "helena.l@norrsken.example")
            .Says("Your size chart for the dry bags shows litres only. What are the outer dimensions of the 20 l?")
            .Then("That fits my frame bag. Thanks!", "Ordered two"),

        WhatsApp("Arjun Patel", "en", "447700900518")
            .Says("Hi team, parcel TE-20449 shows as returned to sender? I never got a card")
            .Then("Same address is fine, just flat 3B please", "Brilliant, cheers"),
    ];

    /// <summary>Further questions of people we know, by language; {n} becomes an order number.</summary>
    public static IReadOnlyList<string> MoreFrom(string language) => language switch
    {
        "ar" => ["متى يصل الطلب TE-{n}؟", "هل يتوفر اللون الأخضر الآن؟", "أريد إضافة كوب إلى الطلب TE-{n}"],
        "ja" => ["注文TE-{n}の発送はいつ頃でしょうか？", "新しい色は入荷しますか？", "ギフト包装は可能ですか？"],
        "es" => ["¿Cuándo sale el pedido TE-{n}?", "¿Vuelve el color verde?", "¿Se puede añadir una taza al pedido TE-{n}?"],
        "id" => ["Pesanan TE-{n} kapan dikirim ya?", "Warna hijau kapan ada lagi?", "Bisa tambah satu mug di pesanan TE-{n}?"],
        "de" => ["Wann geht die Bestellung TE-{n} raus?", "Kommt das Grün wieder rein?", "Kann ich zu TE-{n} noch einen Becher dazulegen?"],
        "fr" => ["Quand part la commande TE-{n} ?", "Le vert revient-il bientôt ?", "Puis-je ajouter une tasse à la commande TE-{n} ?"],
        "pt" => ["Quando sai a encomenda TE-{n}?", "O verde vai voltar?", "Posso juntar uma caneca à encomenda TE-{n}?"],
        "it" => ["Quando parte l'ordine TE-{n}?", "Il verde torna disponibile?", "Posso aggiungere una tazza all'ordine TE-{n}?"],
        "tr" => ["TE-{n} siparişi ne zaman çıkar?", "Yeşil renk tekrar gelecek mi?", "TE-{n} siparişine bir kupa ekleyebilir miyim?"],
        "th" => ["ออเดอร์ TE-{n} ส่งเมื่อไหร่คะ", "สีเขียวจะมีอีกไหมคะ", "ขอเพิ่มแก้วในออเดอร์ TE-{n} ได้ไหมคะ"],
        "vi" => ["Đơn TE-{n} khi nào gửi ạ?", "Màu xanh khi nào có lại shop?", "Thêm một cốc vào đơn TE-{n} được không ạ?"],
        "pl" => ["Kiedy wyjdzie zamówienie TE-{n}?", "Czy zielony jeszcze wróci?", "Czy mogę dołożyć kubek do TE-{n}?"],
        "ko" => ["TE-{n} 주문은 언제 발송되나요?", "초록색 재입고 되나요?", "TE-{n} 주문에 머그 하나 추가할 수 있을까요?"],
        "cs" => ["Kdy odejde objednávka TE-{n}?", "Bude zase zelená?", "Můžu k TE-{n} přidat hrnek?"],
        _ => ["When does order TE-{n} ship?", "Will the green one be back?", "Can I add a mug to order TE-{n}?"],
    };

    /// <summary>What people say when an answer pleases them and their story has nothing better.</summary>
    public static string Thanks(string language) => language switch
    {
        "ar" => "شكراً جزيلاً!",
        "ja" => "ありがとうございます！",
        "es" => "¡Muchas gracias!",
        "id" => "Terima kasih banyak!",
        "de" => "Vielen Dank!",
        "fr" => "Merci beaucoup !",
        "pt" => "Muito obrigada!",
        "it" => "Grazie mille!",
        "tr" => "Çok teşekkürler!",
        "th" => "ขอบคุณมากค่ะ",
        "vi" => "Cảm ơn shop nhiều ạ!",
        "pl" => "Dziękuję bardzo!",
        "ko" => "정말 감사합니다!",
        "cs" => "Moc děkuju!",
        _ => "Thank you, that helps a lot!",
    };

    /// <summary>What a colleague answers to such a question.</summary>
    public static string Answer(string language) => language switch
    {
        "ar" => "أهلاً بك! تأكدت للتو: كل شيء جاهز ويخرج غداً صباحاً.",
        "ja" => "お問い合わせありがとうございます。確認しました、明日発送いたします。",
        "es" => "¡Hola! Lo acabo de mirar: sale mañana por la mañana.",
        "id" => "Halo kak, sudah saya cek: besok pagi dikirim ya.",
        "de" => "Hallo! Gerade nachgesehen: Morgen früh geht alles raus.",
        "fr" => "Bonjour ! Je viens de vérifier : tout part demain matin.",
        "pt" => "Olá! Acabei de confirmar: segue amanhã de manhã.",
        "it" => "Ciao! Ho appena controllato: parte domani mattina.",
        "tr" => "Merhaba! Şimdi baktım, yarın sabah kargoya veriyoruz.",
        "th" => "สวัสดีค่ะ เช็คให้แล้ว พรุ่งนี้เช้าส่งค่ะ",
        "vi" => "Chào bạn, mình vừa kiểm tra: sáng mai gửi nhé.",
        "pl" => "Dzień dobry! Sprawdziłem: wychodzi jutro rano.",
        "ko" => "안녕하세요! 확인해 보니 내일 아침에 발송됩니다.",
        "cs" => "Ahoj! Právě jsem to ověřil: odchází zítra ráno.",
        _ => "Hello! I just checked: it leaves tomorrow morning.",
    };
}
