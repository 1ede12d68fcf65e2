using Braid.Channels.Email;

namespace Braid.Channels.Tests.Email;

public sealed class HtmlSanitizerTests
{
    private static SanitizedHtml Clean(string html, bool remote = false) => HtmlSanitizer.Sanitize(html, cid => cid == "logo@x" ? "/files/7" : null, remote);

    [Theory]
    [InlineData("<p>Hi <b>you</b></p>", "<p>Hi <b>you</b></p>")]
    [InlineData("<script>alert(1)</script>x", "x")]
    [InlineData("<style>p{}</style><title>t</title>x", "x")]
    [InlineData("<p onclick=alert(1)>x</p>", "<p>x</p>")]
    [InlineData("<custom><p>x</p></custom>", "<p>x</p>")]
    [InlineData("<a href='javascript:alert(1)'>x</a>", "<a>x</a>")]
    [InlineData("<a href='java&#10;script:alert(1)'>x</a>", "<a>x</a>")]
    [InlineData("<a href='&#1;javascript:alert(1)'>x</a>", "<a>x</a>")]
    [InlineData("<a href='JAVASCRIPT:alert(1)'>x</a>", "<a>x</a>")]
    [InlineData("<a href='data:text/html,x'>x</a>", "<a>x</a>")]
    [InlineData("<a href='/settings'>x</a>", "<a>x</a>")]
    [InlineData("<a href='https://x.example/?a=1&b=2'>x</a>", "<a href=\"https://x.example/?a=1&amp;b=2\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>")]
    [InlineData("<a href='mailto:a@b.example'>x</a>", "<a href=\"mailto:a@b.example\" rel=\"noopener noreferrer nofollow\" target=\"_blank\">x</a>")]
    [InlineData("<img src='cid:logo@x' alt='\"'>", "<img alt=\"&quot;\" src=\"/files/7\">")]
    [InlineData("<img src='cid:unknown'>", "<img>")]
    [InlineData("<img src='data:image/svg+xml,x'>", "<img>")]
    [InlineData("<img src=x onerror=alert(1)>", "<img>")]
    [InlineData("<svg><script>alert(1)</script><a href='javascript:x'>x</a></svg>y", "y")]
    [InlineData("<math><mtext><style><img src=x onerror=alert(1)></style></mtext></math>y", "y")]
    [InlineData("<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>y", "<p title=\"&lt;/noscript&gt;&lt;img src=x onerror=alert(1)&gt;\">y</p>")]
    [InlineData("<form action=x><input name=p><button>go</button></form>y", "y")]
    [InlineData("<iframe src=x></iframe><object data=x></object><embed src=x>y", "y")]
    [InlineData("<!--[if mso]><p>x</p><![endif]-->y", "y")]
    [InlineData("<p style='color:red;position:fixed;top:0'>x</p>", "<p style=\"color:red\">x</p>")]
    [InlineData("<p style='background:url(https://x.example/)'>x</p>", "<p>x</p>")]
    [InlineData("<p style='background:#1f4d3a;color:#fff'>x</p>", "<p style=\"background-color:#1f4d3a;color:#fff\">x</p>")]
    [InlineData("<p style='background: rgb(31, 77, 58)'>x</p>", "<p style=\"background-color:rgb(31, 77, 58)\">x</p>")]
    [InlineData("<p style='background:white fixed'>x</p>", "<p>x</p>")]
    [InlineData("<p style='background:image(x)'>x</p>", "<p>x</p>")]
    [InlineData("<p style='color:expression(alert(1))'>x</p>", "<p>x</p>")]
    [InlineData("<p style='font-family:\"a;position:fixed\";color:blue'>x</p>", "<p style=\"font-family:&quot;a;position:fixed&quot;;color:blue\">x</p>")]
    [InlineData("<p style='color:r\\65 d'>x</p>", "<p>x</p>")]
    [InlineData("<p style='co/**/lor:red;border-image:x;--a:b;display:flex;display:none'>x</p>", "<p style=\"color:red;display:none\">x</p>")]
    [InlineData("<p class='btn x\"y'>x</p>", "<p class=\"mail-btn\">x</p>")]
    [InlineData("<table background=x bgcolor=red><tr><td colspan=2>x", "<table bgcolor=\"red\"><tbody><tr><td colspan=\"2\">x</td></tr></tbody></table>")]
    [InlineData("a &lt;script&gt; &amp; b", "a &lt;script&gt; &amp; b")]
    [InlineData("<b>open", "<b>open</b>")]
    public void Only_what_is_on_the_list_gets_through(string html, string clean) => Clean(html).Html.ShouldBe(clean);

    [Fact]
    public void Pictures_of_other_servers_wait_for_permission()
    {
        const string mail = "<img src='https://x.example/a.png' width=100>";
        Clean(mail).ShouldBe(new SanitizedHtml("<img width=\"100\">", true));
        Clean(mail, remote: true).ShouldBe(new SanitizedHtml("<img width=\"100\" src=\"https://x.example/a.png\">", false));
        Clean("<p>no pictures</p>").RemotePicturesBlocked.ShouldBeFalse();
        Clean("<img src='cid:logo@x'>").RemotePicturesBlocked.ShouldBeFalse();
    }

    [Fact]
    public void Pictures_of_one_pixel_never_load() => Clean("<img src='https://x.example/open.gif' width=1 height=1>", remote: true).ShouldBe(new SanitizedHtml("", false));

    [Fact]
    public void Cleaning_twice_changes_nothing()
    {
        const string html = "<div style='margin:0 auto'><p>a<img src='cid:logo@x'><a href='https://x.example'>b</a></p><ul><li>c</ul></div>";
        var once = Clean(html).Html;
        HtmlSanitizer.Sanitize(once.Replace("/files/7", "cid:logo@x", StringComparison.Ordinal), _ => "/files/7", false).Html.ShouldBe(once.Replace(" rel=\"noopener noreferrer nofollow\" target=\"_blank\"", "", StringComparison.Ordinal).Replace("https://x.example\"", "https://x.example\" rel=\"noopener noreferrer nofollow\" target=\"_blank\"", StringComparison.Ordinal));
    }
}
