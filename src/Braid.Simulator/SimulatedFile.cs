using Braid.Simulator.Samples;

namespace Braid.Simulator;

/// <summary>A file as somebody sends it.</summary>
public sealed record SimulatedFile(string Name, string ContentType, byte[] Content)
{
    /// <summary>A small drawn picture; the same number gives the same picture.</summary>
    public static SimulatedFile Photo(int number = 1, string name = "photo.png") => new(name, "image/png", SamplePng.Draw(480, 320, number));

    /// <summary>A quiet voice note in Ogg Opus, as phones record it.</summary>
    public static SimulatedFile Voice(int seconds = 4) => new("voice.ogg", "audio/ogg", SampleOpus.Silence(seconds));

    /// <summary>A one-page PDF with these lines.</summary>
    public static SimulatedFile Pdf(string name, params string[] lines) => new(name, "application/pdf", SamplePdf.Write(lines));
}
