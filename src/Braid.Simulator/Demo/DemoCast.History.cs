namespace Braid.Simulator.Demo;

internal static partial class DemoCast
{
    // One customer on three channels in one conversation: the reason Braid exists.
    private static IEnumerable<DemoStory> OverChannels =>
    [
        new DemoStory(
            new DemoPerson("Hanna Virtanen", "en") { WhatsApp = "358401234561", Email = "hanna.virtanen@pohjola.example", ShopUser = "cust-20418" }, DemoChannel.WhatsApp)
            .About("Photos of the kettle, order 20418").Hours(3.2)
            .Says("Hi! My Ember kettle arrived today but the lid doesn't sit flat. Steam comes out at the side.")
            .Photo("You can see the gap here")
            .AssignedTo("maya")
            .Agent("maya", "Hello Hanna, thank you for the photo. That lid should seal. Could you mail us two more pictures of the rim from above? Our workshop wants to see it.")
            .Says("Sure, I'll send them from my laptop. hanna.virtanen@pohjola.example is me")
            .Address("maya", "hanna.virtanen@pohjola.example")
            .SaysOn(DemoChannel.Email, "Hi Maya,\n\nhere is what we talked about on WhatsApp: the rim seen from above. The dent is on the left, at about nine o'clock.\n\nBest\nHanna")
            .Note("maya", "Workshop confirms: rim pressed out of round, batch 0926. Replacement is free. Two more from this batch are still in stock, please don't ship them.")
            .Agent("maya", "Thank you, Hanna. The workshop agrees: your kettle was pressed out of round. A new one leaves tomorrow, and you may keep the old one for the garden.")
            .SaysOn(DemoChannel.Chat, "Hello, I'm on your site now. Can I still change the delivery address for the replacement? I'm at the cabin from Friday")
            .Then("Wonderful. It's Rantatie 14, 58900 Rantasalmi. Thank you so much!", "You are the best. My neighbour already wants one too"),
    ];

    private static IEnumerable<DemoStory> TelegramHistory =>
    [
        Telegram("Aiko Morita", "ja", "愛子", "森田", "aiko_yama").Hours(2.1)
            .Says("はじめまして。手挽きミル「Tarn」の替え刃は日本へ送れますか？")
            .Says("送料も教えていただけると助かります🙏")
            .Agent("priya", "森田様、お問い合わせありがとうございます。はい、日本へお送りできます。送料は一律1,200円です。")
            .AssignedTo("priya")
            .Says("ありがとうございます！では2つお願いします。")
            .Then("承知しました。楽しみにしています☕", "無事に届きました。ありがとうございました！"),

        Telegram("Mateo Fuentes", "es", "Mateo", "Fuentes", "mateofuentes").Hours(1.4)
            .Says("Buenas, el hornillo Cinder no enciende a 3.400 m. ¿Es normal?")
            .Photo("Así queda la llama")
            .Place("Refugio, 3.400 m")
            .Then("Lo pruebo esta noche con el otro cartucho y os cuento.", "¡Funciona! Era el cartucho. Mil gracias 🙌"),

        Telegram("Putri Wulandari", "id", "Putri", null, "putri_ngopi").Hours(5)
            .Says("Kak, pesanan TE-20377 sudah 9 hari belum sampai ke Bandung 😢")
            .Agent("tomas", "Halo Putri, maaf membuat menunggu. Paketnya masih di bea cukai Jakarta sejak Selasa. Saya hubungi kurirnya sekarang.")
            .AssignedTo("tomas")
            .Says("Oke kak, ditunggu kabarnya ya")
            .SnoozedBy("tomas", 20),

        Telegram("Omar Haddad", "ar", "عمر", "حداد", "omar_haddad").Hours(0.8)
            .Says("السلام عليكم، هل يمكن حفر اسم على كوب Alder؟ هدية لوالدي")
            .Says("الاسم: أبو عمر")
            .Then("ممتاز، شكراً جزيلاً لكم 🌿", "وصل الكوب وهو رائع. شكراً"),

        Telegram("Lukas Brandt", "de", "Lukas", "Brandt").Hours(26)
            .Says("Moin, ich habe aus Versehen zwei Mühlen bestellt (TE-20311). Kann ich eine zurückgeben?")
            .Agent("jonas", "Moin Lukas, klar. Das Rücksendeetikett hängt an der nächsten Nachricht, die Erstattung kommt innerhalb von drei Tagen.")
            .Says("Perfekt, danke euch!")
            .ResolvedBy("jonas"),

        Telegram("Nok Srisai", "th", "น้องนก", null, "nok_drip").Hours(3.6)
            .Says("สวัสดีค่ะ ขาตั้งดริป Ridge ใช้กับแก้ว 600 มล. ได้ไหมคะ")
            .Voice()
            .Then("ขอบคุณค่ะ งั้นสั่งเลย", "ได้ของแล้วค่ะ สวยมาก"),

        Telegram("Ines Carvalho", "pt", "Inês", "Carvalho", "ines_na_serra").Hours(7)
            .Says("Olá! A caneca Alder lascou na primeira viagem. Há peças de segunda escolha para troca?")
            .Photo()
            .Note("priya", "Enamel chip is transport damage, not wear. Offer a new mug or 30 % back.")
            .AssignedTo("priya"),

        Telegram("Dario Conti", "it", "Dario", "Conti").Hours(50)
            .Says("Buongiorno, la guarnizione del bollitore è lavabile in lavastoviglie?")
            .Agent("tomas", "Buongiorno Dario, meglio di no: a 60 gradi si indurisce. Basta acqua calda e un goccio di sapone.")
            .Says("Chiarissimo, grazie")
            .ResolvedBy("tomas"),

        Telegram("Elif Kaya", "tr", "Elif", "Kaya", "elifkaya_kamp").Hours(0.4)
            .Says("Merhaba, öğrenci indirimi var mı? Kamp kulübü için 12 kupa almak istiyoruz")
            .Then("Harika! Kulüp belgesini mail ile gönderiyorum.", "Çok teşekkürler, kupalar çok güzel 😊"),
    ];

    private static IEnumerable<DemoStory> WhatsAppHistory =>
    [
        WhatsApp("Sara Al-Otaibi", "ar", "966512300041").Hours(1.1)
            .Says("مرحباً، طلبي رقم TE-20402 مكتوب تم التسليم ولم يصلني شيء")
            .Says("أنا في البيت طول اليوم")
            .AssignedTo("jonas")
            .Agent("jonas", "أهلاً سارة، نعتذر عن ذلك. السائق سجّل التسليم لدى الجيران في الشقة 4. هل يمكنك سؤالهم؟ سأفتح بلاغاً في الوقت نفسه.")
            .Then("سألتهم الآن، الطرد عندهم فعلاً! شكراً لسرعتكم 🌸", "كل شيء تمام، الله يعطيكم العافية"),

        WhatsApp("Budi Santoso", "id", "6281234500078").Hours(2.7)
            .Says("Halo, grinder Tarn saya bunyinya kasar sekali sejak kemarin")
            .Photo("Ada serpihan di dalamnya")
            .Voice()
            .Then("Sudah saya bersihkan sesuai petunjuk, sekarang halus lagi. Terima kasih!", "Siap, kalau ada apa-apa saya kabari lagi"),

        WhatsApp("Chloé Perrin", "fr", "33199004512").Hours(4.4)
            .Says("Bonjour, je voudrais la facture de la commande TE-20355 au nom de mon association")
            .Agent("maya", "Bonjour Chloé, bien sûr. Pouvez-vous nous indiquer le nom exact et l'adresse de l'association ?")
            .Says("Les Bivouacs du Vercors, 12 rue des Tilleuls, 38250 Lans-en-Vercors")
            .AssignedTo("maya")
            .Then("Reçue, merci beaucoup !", "Bonne journée à toute l'équipe"),

        // The window is shut since two hours: only a template can be sent.
        WhatsApp("James Okafor", "en", "447700900362").Hours(26)
            .Says("Hey, do you restock the Moss dry bag in 20 litres? Site says sold out")
            .Says("No rush, trip is in three weeks"),

        WhatsApp("Ravi Menon", "en", "919840000215").Hours(6)
            .Says("My stove's igniter stopped clicking after rain. Is it covered?")
            .Agent("priya", "Hi Ravi, yes: igniters are covered for five years. I'm sending you a new one, it takes one screw to swap. Which address should it go to?")
            .Says("14 Lake View Road, Kochi 682016. Thanks Priya, that was quick")
            .AssignedTo("priya")
            .ResolvedBy("priya"),

        WhatsApp("Valentina Rojas", "es", "56987600123").Hours(0.6)
            .Says("Hola! Quiero regalar un set completo, ¿qué me recomiendan para alguien que recién empieza?")
            .Says("Presupuesto unos 120 USD")
            .Then("¡Qué buena idea! Lo llevo. ¿Pueden envolverlo?", "Gracias, quedó precioso 🎁"),

        WhatsApp("Minh Tran", "vi", "84903000566").Hours(9)
            .Says("Shop ơi, mình muốn đổi cỡ túi Moss từ 10L sang 20L, đơn TE-20340")
            .Agent("tomas", "Chào anh Minh, được ạ. Đơn chưa rời kho nên mình đổi ngay cho anh, phần chênh lệch là 6 USD.")
            .Says("OK mình chuyển khoản rồi nhé")
            .Document("bien-lai.pdf", "Biên lai đây ạ")
            .AssignedTo("tomas"),

        WhatsApp("Greta Nowak", "pl", "48600000734").Hours(1.9)
            .Says("Dzień dobry, czy rączka czajnika nagrzewa się na ognisku?")
            .Then("Super, to zamawiam dwa.", "Dziękuję za pomoc!"),

        WhatsApp("Kwame Mensah", "en", "233240000812").Hours(30)
            .Says("Good morning, I run a small café in Kumasi. Do you offer trade prices for 24 mugs?")
            .Note("maya", "Trade list is fine from 20 pieces. Ask for the registration number first.")
            .AssignedTo("maya"),
    ];

    private const string FairText =
        "Hello Tarn & Ember,\n\ntwo stands by the lake entrance came free this morning, and your kettles would look good there.\n\n"
        + "A 14: 12 m², corner, 1,480\nA 16: 18 m², row, 1,920\n\nShall I hold one of them for you until Friday?\n\nFreja Lindqvist\nNordic Outdoor Week, Tampere, 12 to 14 March";

    /// <summary>As such mails are: a table for the layout, colours of its own, and a picture that only loads from the sender's server.</summary>
    private const string FairHtml = """
        <html><body style="margin:0;background:#eef2ee">
        <table width="100%" cellpadding="0" cellspacing="0" style="background:#eef2ee"><tr><td align="center" style="padding:24px">
        <table width="520" cellpadding="0" cellspacing="0" style="background:#ffffff;border:1px solid #d5ddd5">
        <tr><td style="background:#1f4d3a;color:#ffffff;padding:18px 24px;font-size:20px;font-weight:bold">Nordic Outdoor Week</td></tr>
        <tr><td><img src="https://pictures.nordicoutdoorweek.example/lake-entrance.jpg?to=help" width="520" height="160" alt="The lake entrance of the hall in Tampere"></td></tr>
        <tr><td style="padding:20px 24px;color:#26332c;font-size:15px;line-height:1.5">
        <p>Hello Tarn &amp; Ember,</p>
        <p>two stands by the <b>lake entrance</b> came free this morning, and your kettles would look good there.</p>
        <table width="100%" cellpadding="8" style="border-collapse:collapse;font-size:14px">
        <tr style="background:#e4ece6"><th align="left">Stand</th><th align="left">Size</th><th align="right">Price</th></tr>
        <tr><td style="border-bottom:1px solid #d5ddd5">A 14</td><td style="border-bottom:1px solid #d5ddd5">12 m², corner</td><td align="right" style="border-bottom:1px solid #d5ddd5">1,480</td></tr>
        <tr><td>A 16</td><td>18 m², row</td><td align="right">1,920</td></tr>
        </table>
        <p>Shall I hold one of them for you until Friday? The plan of the hall is <a href="https://nordicoutdoorweek.example/plan">here</a>.</p>
        <p style="color:#5c6b62">Freja Lindqvist<br>Nordic Outdoor Week, Tampere, 12 to 14 March</p>
        </td></tr></table></td></tr></table></body></html>
        """;

    private static IEnumerable<DemoStory> MailHistory =>
    [
        Mail("Ingrid Solberg", "en", "ingrid.solberg@fjellpost.example").About("Left-handed grinder handle?").Hours(5.5)
            .Says("Hello,\n\nI'm left-handed and the Tarn grinder's handle keeps unscrewing when I turn it my way. Is there a reversed thread, or a trick I don't know?\n\nKind regards\nIngrid Solberg")
            .AssignedTo("jonas")
            .Agent("jonas", "Hello Ingrid,\n\nthere is a trick and a part. The trick: a single drop of thread lock. The part: a left-handed axle, free for you because it should have been an option from the start. Shall I send it?\n\nJonas")
            .Then("Dear Jonas,\n\nyes please, and thank you for not telling me to use my other hand.\n\nIngrid", "It arrived and works. You have a customer for life."),

        Mail("Peter van Dijk", "en", "p.vandijk@lowlands-outdoor.example").About("Wholesale order for spring, 60 kettles").Hours(22)
            .Says("Dear team,\n\nwe would like to list the Ember kettle in our three shops from March. Please send your wholesale terms and the delivery time for 60 pieces.\n\nAttached is our company record.\n\nPeter van Dijk\nLowlands Outdoor")
            .Document("company-record.pdf", "The company record, as promised.\n\nPeter")
            .AssignedTo("maya")
            .Note("maya", "Checked with Jonas: 60 pieces means the February batch. Margin 38 %."),

        Mail("Yuki Hamada", "ja", "y.hamada@coffee-note.example").About("レビュー用サンプルのご相談").Hours(48)
            .Says("ご担当者様\n\nコーヒー雑誌「Coffee Note」の浜田と申します。冬号でアウトドア特集を組みます。ケトルを2週間ほどお借りできますでしょうか。\n\nどうぞよろしくお願いいたします。\n浜田 由紀")
            .Agent("priya", "浜田様\n\nご連絡ありがとうございます。ぜひお貸しします。ご希望の色とお届け先をお知らせください。\n\nPriya")
            .Says("Priya様\n\n深緑を希望いたします。届け先は編集部宛でお願いいたします。\n\n浜田")
            .ResolvedBy("priya"),

        Mail("Samuel Adeyemi", "en", "samuel.adeyemi@hilltop.example").About("Refund not received (TE-20288)").Hours(3)
            .Says("Good afternoon,\n\nI returned one mug on the 9th and your site says \"refunded\", but my bank shows nothing after two weeks. Could you check where the 24.90 went?\n\nThank you\nSamuel Adeyemi")
            .Then("Thank you for looking into it. I'll check my account tomorrow morning.", "It's there now. Thank you for the quick help."),

        Mail("Anneliese Graf", "de", "a.graf@alpenkueche.example").About("Gaskartusche im Flugzeug?").Hours(1.6)
            .Says("Guten Tag,\n\nwir fliegen im Dezember nach Island. Darf der Cinder-Kocher ohne Kartusche ins Handgepäck, und passt er auf die Kartuschen, die man dort bekommt?\n\nFreundliche Grüße\nAnneliese Graf")
            .Then("Vielen Dank, das hilft uns sehr. Dann bestellen wir gleich den Windschutz dazu.", "Herzlichen Dank und schöne Feiertage!"),

        // Looks like the kettle customer, but nobody could prove it: a conversation of its own.
        Mail("Hanna Virtanen", "en", "hanna.virtanen@pohjola.example").About("new bank details for refund").Hours(0.7)
            .Stranger()
            .Says("Dear support, please pay my refund to a new account. I attach details tomorrow. Please confirm quickly. Hanna Virtanen")
            .Then("Hello,\n\nI never wrote that! My bank account is the same as always. Thank you for asking me first.\n\nHanna"),

        Mail("Freja Lindqvist", "en", "freja@nordicoutdoorweek.example").About("Your stand at Nordic Outdoor Week").Hours(1.1)
            .Draws(FairText, FairHtml)
            .Then("Wonderful, A 14 is yours until Friday. I'll send the contract tomorrow.\n\nFreja", "Thank you! See you in Tampere."),

        Mail("Rosa Delgado", "es", "rosa@refugiodelvalle.example").About("Factura con CIF").Hours(29)
            .Says("Buenos días:\n\nNecesitamos la factura del pedido TE-20301 con el CIF de la empresa. ¿Nos la podéis enviar en PDF?\n\nUn saludo,\nRosa Delgado")
            .Agent("tomas", "Buenos días, Rosa:\n\nclaro que sí. ¿Me indica el CIF y la dirección fiscal?\n\nTomás")
            .Says("B-00000000, Camino del Valle 3, 22400 Monzón. Gracias.")
            .AssignedTo("tomas"),
    ];
}
