using System.Reflection;
using System.Runtime.Loader;
using Braid.Channels;

namespace Braid.Inboxes;

/// <summary>
/// Channels that others ship: every assembly in the folder `channels` of the data path may hold some. A package references only
/// `Braid.Channels.Abstractions`; its public channel types with a parameterless constructor are offered beside our own. It runs with the
/// server's rights, so only an admin with access to the disk can add one. What can't be loaded stops the start, in a sentence: a channel
/// that silently isn't there would lose messages.
/// </summary>
internal static class ChannelPackages
{
    public static IReadOnlyList<IChannel> Load(string folder, IReadOnlyCollection<string> taken)
    {
        if (!Directory.Exists(folder)) { return []; }
        var found = new List<IChannel>();
        foreach (var file in Directory.EnumerateFiles(folder, "*.dll").Order(StringComparer.Ordinal))
        {
            try
            {
                found.AddRange(ChannelsOf(new Package(file).LoadFromAssemblyPath(Path.GetFullPath(file))));
            }
            catch (Exception e) when (e is BadImageFormatException or FileLoadException or ReflectionTypeLoadException or MissingMethodException or TypeLoadException)
            {
                throw new InvalidOperationException($"The channel package {file} can't be loaded: {e.Message} It must be built for this version of Braid.Channels.Abstractions.", e);
            }
        }

        var twice = found.Select(c => c.Descriptor.Id).Concat(taken).GroupBy(id => id).FirstOrDefault(g => g.Count() > 1)?.Key;
        return twice is null ? found : throw new InvalidOperationException($"Two channels are called \"{twice}\". Remove one of them from {folder}.");
    }

    private static IEnumerable<IChannel> ChannelsOf(Assembly assembly) => assembly.GetExportedTypes()
        .Where(t => t is { IsAbstract: false, IsGenericTypeDefinition: false } && t.IsAssignableTo(typeof(IChannel)) && t.GetConstructor(Type.EmptyTypes) is not null)
        .Select(t => (IChannel)Activator.CreateInstance(t)!);

    /// <summary>Its own libraries lie beside it; what we have loaded, the abstractions above all, is shared.</summary>
    private sealed class Package(string file) : AssemblyLoadContext(Path.GetFileNameWithoutExtension(file))
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            if (Default.Assemblies.Any(a => a.GetName().Name == assemblyName.Name)) { return null; }
            var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, assemblyName.Name + ".dll");
            return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
        }
    }
}
