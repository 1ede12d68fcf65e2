export const SettingsPage = () => null; export const SettingsHome = () => null;
