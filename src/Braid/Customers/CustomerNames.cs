namespace Braid.Customers;

internal static class CustomerNames
{
    /// <summary>How names are compared: folded here and not in SQL, so that both engines find "MÜLLER" for "müller".</summary>
    public static string Fold(string name) => name.Trim().ToLowerInvariant();
}
