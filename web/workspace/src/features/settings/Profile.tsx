export const Profile = () => null; 
